import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadManifests } from "../../apply/load.ts";
import { formatManifestProblem } from "../../apply/manifest-problem.ts";

let directory: string;
const vm = (name: string, namespace = "") =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n`;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "vmctl-load-"));
  await mkdir(join(directory, "set", "deep"), { recursive: true });
  await mkdir(join(directory, "none"));
  const files = {
    "set/b.yml": vm("b"),
    "set/a.yaml": vm("a"),
    "set/readme.md": "no manifest",
    "set/deep/c.json": JSON.stringify({
      apiVersion: "compute.vmctl/v1alpha1",
      kind: "Instance",
      metadata: { name: "c" },
    }),
    "twice.yaml": `${vm("a", "x")}---\n${vm("a")}---\n${vm("a", "default")}`,
    "empty.yaml": "# nothing\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
});
afterAll(() => rm(directory, { recursive: true }));

async function load(names: readonly string[], more: { recursive?: boolean; stdin?: string } = {}) {
  const { manifests, problems } = await loadManifests(
    names.map((name) => (name === "-" ? name : join(directory, name))),
    { namespace: "default", readStdin: async () => more.stdin ?? "", recursive: more.recursive ?? false },
  );
  return {
    names: manifests.map(({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
    problems: problems.map((problem) => formatManifestProblem(problem).replaceAll(`${directory}/`, "")),
  };
}

describe("loading a set", () => {
  it("takes a directory's manifests by name, deeper ones only when asked", async () => {
    expect(await load(["set"])).toEqual({ names: ["default/a", "default/b"], problems: [] });
    expect((await load(["set"], { recursive: true })).names).toEqual(["default/a", "default/b", "default/c"]);
  });
  it("takes standard input", async () => {
    expect((await load(["-"], { stdin: vm("s") })).names).toEqual(["default/s"]);
    expect((await load(["-"], { stdin: "kind: X" })).problems[0]).toMatch(/^stdin:1:1 /);
  });
  it("takes a file once, however often it is named", async () => {
    expect(await load(["set/a.yaml", "set"])).toEqual({ names: ["default/a", "default/b"], problems: [] });
  });
  it("says what is not there or holds nothing", async () => {
    expect((await load(["gone.yaml", "none", "empty.yaml"])).problems).toEqual([
      "gone.yaml no such file or directory",
      "none has no *.yaml, *.yml or *.json file",
      "empty.yaml holds no manifest",
    ]);
  });
  it("refuses two manifests of one name with both places, the default namespace counting", async () => {
    expect((await load(["twice.yaml"])).problems).toEqual(["twice.yaml:11:12 instance/a is also at twice.yaml:5:1"]);
  });
});
