import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { manifestSchema } from "../../../cmd/vmctl/schema/manifest-schema.ts";
import { KINDS } from "../../../resources/kinds.ts";
import { validateManifest } from "../../../resources/validate.ts";

const folder = new URL("../../../manifests/", import.meta.url).pathname;
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const manifests = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(yaml|yml|template)$/.test(name),
);
/** Any key will do where the quickstart puts the user's. */
const documents = (text: string): unknown[] =>
  parseAllDocuments(text.replace("@SSH_KEY@", "ssh-ed25519 AAAA me")).map((document) => document.toJS() as unknown);

const ajv = new Ajv({ strict: false, allErrors: true, formats: { "date-time": true } });
const validate = ajv.compile(manifestSchema());

describe("manifests/vmctl.schema.json", () => {
  it("is what the schemas say: run hack/update-reference", () => {
    expect(read("vmctl.schema.json")).toBe(`${JSON.stringify(manifestSchema(), undefined, 2)}\n`);
  });

  it("is a schema of draft 7, with nothing of ours in it", () => {
    expect(ajv.validateSchema(manifestSchema())).toBe(true);
    expect(() =>
      new Ajv({ strict: "log", strictTypes: false, logger: refusing, formats: { "date-time": true } }).compile(
        manifestSchema(),
      ),
    ).not.toThrow();
  });

  it.each(manifests)("%s names it in its first line, and is valid by it", (name) => {
    const up = "../".repeat(name.split("/").length - 1) || "./";
    expect(read(name).split("\n")[0]).toBe(`# yaml-language-server: $schema=${up}vmctl.schema.json`);
    for (const document of documents(read(name))) {
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it("tells what every field means", () => {
    expect(KINDS.flatMap(({ kind }) => undescribed(definition(kind, "spec"), `${kind}.spec`))).toEqual([]);
  });
});

describe("what apply refuses by its schema, an editor marks", () => {
  const instance = (more: object) => ({
    ...{ apiVersion: "compute.vmctl/v1alpha1", kind: "Instance", metadata: { name: "a" }, spec: {} },
    ...more,
  });
  const CASES: readonly (readonly [string, boolean, unknown])[] = [
    ["the least", true, instance({})],
    ["no spec", true, { ...instance({}), spec: undefined }],
    ["a status, as get prints it", true, instance({ status: { phase: "Running", anything: 1 } })],
    ["a taint, whose field is called effect", true, hypervisor({ taints: [{ key: "a", effect: "NoSchedule" }] })],
    ["another apiVersion", false, instance({ apiVersion: "v1" })],
    ["another kind", false, instance({ kind: "Pod" })],
    ["no kind", false, { ...instance({}), kind: undefined }],
    ["no name", false, instance({ metadata: {} })],
    ["a wrong name", false, instance({ metadata: { name: "Web_1" } })],
    ["an unknown field", false, instance({ spec: { imgae: {} } })],
    ["an unknown field deep down", false, instance({ spec: { resources: { vpcu: 1 } } })],
    ["a wrong type", false, instance({ spec: { resources: { vcpu: "two" } } })],
    ["a wrong quantity", false, instance({ spec: { resources: { memory: "1GB" } } })],
    ["two sources of an image", false, instance({ spec: { image: { name: "a", source: { file: "/a" } } } })],
    ["an image without a source", false, instance({ kind: "Image" })],
    ["an image without a spec", false, { ...instance({ kind: "Image" }), spec: undefined }],
    ["a namespace of what has none", false, { ...hypervisor({}), metadata: { name: "a", namespace: "b" } }],
    ["a text", false, "Instance"],
    ["nothing", false, null],
  ];
  function hypervisor(spec: object) {
    return instance({ kind: "Hypervisor", spec });
  }

  it.each(CASES)("%s: %s", (_, isValid, given) => {
    const document: unknown = JSON.parse(JSON.stringify(given));
    expect(validate(document)).toBe(isValid);
    expect(validateManifest(document).ok).toBe(isValid);
    expect(validate({ kind: "List", apiVersion: "v1", items: [document] })).toBe(isValid);
  });
});

const refusing = { log: refuse, warn: refuse, error: refuse };
function refuse(message: unknown): void {
  throw new Error(String(message));
}

type Schema = Readonly<Record<string, unknown>>;

function definition(kind: string, part: string): Schema {
  const { definitions } = manifestSchema() as { definitions: Record<string, { properties: Record<string, Schema> }> };
  return definitions[kind]?.properties[part] ?? {};
}

/** Fields without a word; of a list or a union of objects, those inside. */
function undescribed(schema: Schema, path: string): string[] {
  const fields = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const inner = [schema["items"] as Schema | undefined].filter((each) => each !== undefined);
  return [
    ...inner.flatMap((each) => undescribed(each, `${path}[]`)),
    ...fields.flatMap(([name, field]) => [
      ...("description" in field || "properties" in field ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ]),
  ];
}
