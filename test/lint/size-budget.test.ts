import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isTest, nodesOf, parse, placeOf, productFiles, readText, repositoryFiles } from "./repository-files.ts";

const FILE_LINES = 250;
const TEST_FILE_LINES = 400;
const FUNCTION_LINES = 40;

const linesOf = (text: string): number => text.replace(/\n$/, "").split("\n").length;

/** Without the comment above; a function inside another counts for itself and for the outer one. */
function functionLines(node: ts.Node): number {
  return ts.isFunctionLike(node) && "body" in node && node.body ? linesOf(node.getText()) : 0;
}

describe("size budgets, without exception", () => {
  it(`a file has at most ${FILE_LINES} lines, a test ${TEST_FILE_LINES}`, () => {
    const programs = repositoryFiles.filter((path) => /\.(ts|mjs|cjs)$/.test(path));
    const sizes = programs.map((path) => ({ path, lines: linesOf(readText(path)) }));
    const tooLong = sizes.filter(({ path, lines }) => lines > (isTest(path) ? TEST_FILE_LINES : FILE_LINES));
    expect(tooLong.map(({ path, lines }) => `${path} has ${lines} lines`)).toEqual([]);
  });

  it(`a function has at most ${FUNCTION_LINES} lines`, () => {
    const longer = productFiles.filter((path) => linesOf(readText(path)) > FUNCTION_LINES);
    const tooLong = longer.flatMap((path) =>
      nodesOf(parse(path)).filter((node) => functionLines(node) > FUNCTION_LINES),
    );
    expect(tooLong.map((node) => `${placeOf(node)} has ${functionLines(node)} lines`)).toEqual([]);
  });
});
