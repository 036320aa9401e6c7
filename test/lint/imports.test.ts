import { describe, expect, it } from "vitest";
import { type Import, importsOf, packageOf, targetExists, targetsOf } from "./import-list.ts";
import { productFiles, readText, repositoryFiles, sourceFiles } from "./repository-files.ts";

/**
 * architecture.md section 7. A folder may import itself and what is listed; `store/` with a slash is the whole
 * folder, `store` its contract: the files directly in it, not the implementations below.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  resources: [],
  runtime: [],
  store: ["resources/", "runtime/"],
  hypervisor: ["resources/", "runtime/"],
  placement: ["resources/", "runtime/", "store"],
  apply: ["resources/", "runtime/", "store"],
  controllers: ["resources/", "runtime/", "store", "placement", "hypervisor"],
  cmd: ["resources/", "runtime/", "store/", "placement/", "hypervisor/", "apply/", "controllers/"],
};

/** Packages and parts of ours that have one home, so that they can be replaced there. */
const ONLY_IN: readonly { readonly what: RegExp; readonly home: RegExp }[] = [
  { what: /^(etcd3|@grpc\/|cockatiel$)/, home: /^store\/etcd\// },
  { what: /^hypervisor\/libvirt\/rpc\//, home: /^hypervisor\/libvirt\// },
  { what: /^commander$/, home: /^cmd\// },
  { what: /^pino/, home: /^runtime\/create-log\.ts$/ },
  { what: /^prom-client$/, home: /^runtime\/metrics\.ts$/ },
  { what: /^(node:)?child_process$/, home: /^(hypervisor|cmd)\// },
];

/** What a thing *is* needs a schema library and pure functions of Node, no input or output. */
const RESOURCES_MAY_USE = /^(typebox|ajv|ajv-formats)(\/|$)|^node:(crypto|net|util)$/;

const imports = productFiles.flatMap(importsOf);
const folderOf = (path: string): string => path.split("/", 1)[0] ?? "";
const show = (found: readonly Import[]) => found.map(({ place, specifier }) => `${place} imports ${specifier}`);

function isAllowed(from: string, target: string): boolean {
  const [own, other] = [folderOf(from), folderOf(target)];
  if (own === other) return true;
  const isContract = target.split("/").length === 2;
  return (MAY_IMPORT[own] ?? []).some((rule) => rule === `${other}/` || (rule === other && isContract));
}

describe("imports", () => {
  it("go in the direction of the table", () => {
    expect(show(imports.filter(({ from, target }) => target && !isAllowed(from, target)))).toEqual([]);
  });

  it("never reach from one controller into another", () => {
    const controllerOf = (path: string) => /^controllers\/([^/]+)\//.exec(path)?.[1];
    const isController = (name: string) => repositoryFiles.includes(`controllers/${name}/controller.ts`);
    const wrong = imports.filter(({ from, target = "" }) => {
      const [own, other] = [controllerOf(from), controllerOf(target)];
      return own !== undefined && other !== undefined && own !== other && isController(other);
    });
    expect(show(wrong)).toEqual([]);
  });

  it("keep each client library in its one home", () => {
    const wrong = imports.filter(({ from, specifier, target }) =>
      ONLY_IN.some(({ what, home }) => what.test(target ?? specifier) && !home.test(from)),
    );
    expect(show(wrong)).toEqual([]);
  });

  it("bring nothing but schema libraries into resources", () => {
    const wrong = imports.filter(
      ({ from, specifier, target }) => folderOf(from) === "resources" && !target && !RESOURCES_MAY_USE.test(specifier),
    );
    expect(show(wrong)).toEqual([]);
  });

  it("name packages that package.json declares", () => {
    const declared = Object.keys(JSON.parse(readText("package.json")).devDependencies);
    const wrong = imports.filter(
      ({ specifier, target }) => !target && !specifier.startsWith("node:") && !declared.includes(packageOf(specifier)),
    );
    expect(show(wrong)).toEqual([]);
  });

  it("name files that are there, with their extension", () => {
    const wrong = sourceFiles.flatMap(targetsOf).filter(({ target }) => target && !targetExists(target));
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  it("run in no circle at load time", () => {
    expect(circles()).toEqual([]);
  });
});

/** Each circle once, as the files on the way. */
function circles(): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, target, typeOnly } of imports) {
    if (target && !typeOnly) edges.set(from, [...(edges.get(from) ?? []), target]);
  }
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (finished.has(path) || way.includes(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    finished.add(path);
  };
  for (const path of productFiles) visit(path, []);
  return found;
}
