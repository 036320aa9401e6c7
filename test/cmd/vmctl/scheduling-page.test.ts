import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { AFFINITY_FIELDS } from "../../../resources/affinity.ts";
import { PLACEMENT_FIELDS } from "../../../resources/placement-words.ts";
import { formatProblem } from "../../../resources/problem.ts";
import { validateManifest } from "../../../resources/validate.ts";

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
