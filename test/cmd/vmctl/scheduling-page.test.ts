import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { loadManifests } from "../../../apply/load.ts";
import { AFFINITY_FIELDS } from "../../../resources/affinity.ts";
import { isSelected, type LabelSelector } from "../../../resources/label-selector.ts";
import { ANNOTATION } from "../../../resources/meta.ts";
import { PLACEMENT_FIELDS } from "../../../resources/placement-words.ts";
import { formatProblem } from "../../../resources/problem.ts";
import { validateManifest } from "../../../resources/validate.ts";

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
}

const at = (path: string): string => new URL(`../../../${path}`, import.meta.url).pathname;
const names = readdirSync(at("manifests/scheduling"));
const manifests = names.map((name) => readFileSync(at(`manifests/scheduling/${name}`), "utf8"));
const page = readFileSync(at("docs/scheduling.md"), "utf8");
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

describe("manifests/scheduling", () => {
  it.each(names)("%s is valid", (name) => {
    for (const document of parseAllDocuments(readFileSync(at(`manifests/scheduling/${name}`), "utf8"))) {
      const verdict = validateManifest(document.toJS());
      expect(verdict.ok ? [] : verdict.problems.map(formatProblem)).toEqual([]);
    }
  });
});

describe("manifests", () => {
  const paths = readdirSync(at("manifests"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.yaml$/.test(name),
  );
  const objects = paths.flatMap((path) =>
    parseAllDocuments(readFileSync(at(`manifests/${path}`), "utf8")).map((document) => document.toJS() as Named),
  );

  it("may all be applied with one command", async () => {
    const readStdin = async () => "";
    const { manifests: all, problems } = await loadManifests([at("manifests")], {
      recursive: true,
      namespace: "default",
      readStdin,
    });
    expect([problems, all.length]).toEqual([[], objects.length]);
  });

  it("may all be applied: no two make an object of one name", () => {
    const names = objects.flatMap(({ kind, metadata, spec }) => [
      `${kind}/${metadata.name}`,
      ...Array.from({ length: spec.replicas ?? 0 }, (_, ordinal) => `Instance/${metadata.name}-${ordinal}`),
    ]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(40);
  });

  it("do not take each other's instances: no selector of a set selects the template of another", () => {
    const sets = objects.filter(({ kind }) => kind === "InstanceSet");
    const taken = sets.flatMap(({ metadata, spec }) =>
      sets
        .filter((other) => other.metadata.name !== metadata.name)
        .filter(({ spec: { template } }) => isSelected(spec.selector ?? {}, template?.metadata?.labels ?? {}))
        .map((other) => `${metadata.name} takes those of ${other.metadata.name}`),
    );
    expect([sets.length > 3, taken]).toEqual([true, []]);
  });

  it("mark one Image as default at most", () => {
    const isDefault = ({ metadata }: Named) => metadata.annotations?.[ANNOTATION.defaultImage] === "true";
    expect(objects.filter(isDefault).map(({ metadata }) => metadata.name)).toHaveLength(1);
  });
});

describe("docs/scheduling.md", () => {
  it.each(blocks)("shows what stands in a manifest: %s", (block) => {
    expect(manifests.some((text) => text.includes(block))).toBe(true);
  });

  const more = [
    "traits",
    "aggregates",
    "hypervisorSelector",
    "hypervisor",
    "tolerations",
    "schedulingStrategy",
    "priority",
  ];
  it.each([...Object.keys(AFFINITY_FIELDS), ...Object.keys(PLACEMENT_FIELDS), ...more])(
    "has an example of %s",
    (field) => {
      expect(manifests.some((text) => new RegExp(`^ +${field}:`, "m").test(text))).toBe(true);
      expect(page).toMatch(new RegExp(`\`(spec\\.)?${field}|${field}:`));
    },
  );
});
