import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file that is tracked or would be (new and not ignored), as a path from the root with forward slashes. */
export const repositoryFiles: readonly string[] = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  { cwd: root, encoding: "utf8" },
)
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)))
  .sort();

export const isTest = (path: string): boolean => path.startsWith("test/");

/** Our own TypeScript, tests included. */
export const sourceFiles: readonly string[] = repositoryFiles.filter((path) => path.endsWith(".ts"));

/** The part of it that runs at users' sites. */
export const productFiles: readonly string[] = sourceFiles.filter((path) =>
  /^(resources|runtime|store|placement|hypervisor|apply|controllers|cmd)\//.test(path),
);

export const readText = (path: string): string => readFileSync(join(root, path), "utf8");

const parsed = new Map<string, ts.SourceFile>();

/** Parsed once for each test process; nodes know their parents. */
export function parse(path: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known) return known;
  const file = ts.createSourceFile(path, readText(path), ts.ScriptTarget.ES2023, true);
  parsed.set(path, file);
  return file;
}

/** Every node of a file, in order of the text. */
export function nodesOf(file: ts.SourceFile): readonly ts.Node[] {
  const known = listed.get(file);
  if (known) return known;
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  listed.set(file, nodes);
  return nodes;
}

const listed = new Map<ts.SourceFile, readonly ts.Node[]>();

/** `path:line` of a node, as an editor opens it. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
