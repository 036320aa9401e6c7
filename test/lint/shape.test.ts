import ts from "typescript";
import { describe, expect, it } from "vitest";
import { nodesOf, parse, placeOf, productFiles, readText, sourceFiles } from "./repository-files.ts";

const DRAWERS = /(^|\/)(utils?|helpers?|types|common|misc|index)\.ts$/;

/** Whether a file needs the close look at all. */
const RE_EXPORT = /\bexport\s+default\b|\bexport\s*(type\s*)?[*{=]/;
const SKIP = /\.\s*(skip|only|todo|fails)\b/;

describe("the shape of source files", () => {
  it("is named by its concept in kebab-case, never a drawer for odds and ends", () => {
    const isKebab = (path: string) =>
      /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?(\.config)?\.ts$/.test(path.split("/").pop() ?? "");
    expect(sourceFiles.filter((path) => !isKebab(path) || DRAWERS.test(path))).toEqual([]);
  });

  it("exports by name and re-exports nothing", () => {
    const suspects = productFiles.filter((path) => RE_EXPORT.test(readText(path)));
    const wrong = suspects.flatMap((path) =>
      nodesOf(parse(path)).filter(
        (node) => ts.isExportAssignment(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined),
      ),
    );
    expect(wrong.map(placeOf)).toEqual([]);
  });

  it("switches no rule off: a limit with exceptions is decoration", () => {
    const directive = /\/[/*]\s*(oxlint|eslint)-disable|\/[/*]\s*@ts-(ignore|nocheck|expect-error)/;
    expect(sourceFiles.filter((path) => directive.test(readText(path)))).toEqual([]);
  });

  it("leaves no test out", () => {
    const tests = sourceFiles.filter((path) => path.endsWith(".test.ts") && SKIP.test(readText(path)));
    const skipped = tests.flatMap((path) => nodesOf(parse(path)).filter(isSkipped));
    expect(skipped.map((node) => `${placeOf(node)} ${node.getText()}`)).toEqual([]);
  });
});

/** `it.skip`, `describe.only`, …; a condition (`runIf`, `skipIf`) says itself why and stays visible in the report. */
function isSkipped(node: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(node) && /^(it|test|describe)(\.\w+)*\.(skip|only|todo|fails)$/.test(node.getText())
  );
}
