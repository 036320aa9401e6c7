import ts from "typescript";
import { describe, expect, it } from "vitest";
import { importsOf } from "./import-list.ts";
import { nodesOf, parse, placeOf, productFiles, readText } from "./repository-files.ts";

/** Time and chance are arguments (style.md, convention 12); these two places hand them in. */
const EXEMPT = /^(runtime\/clock\.ts$|cmd\/)/;

const READS = new Set(["Date.now", "Math.random", "performance.now", "process.hrtime", "process.uptime", "Date"]);
const WAITS = new Set(["setTimeout", "setInterval", "AbortSignal.timeout", "globalThis.setTimeout"]);

/** Whether a file needs the close look at all. */
const SUSPECT = /\bDate\b|setTimeout|setInterval|Math\.random|performance\.now|hrtime|uptime|AbortSignal\.timeout/;

function usesWallClock(node: ts.Node): boolean {
  // With arguments it converts a time it was given; without it reads the clock.
  if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && !node.arguments?.length;
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const text = node.getText();
  if (text === "Date") return ts.isCallExpression(node.parent) && node.parent.expression === node;
  if (ts.isIdentifier(node) && (ts.isPropertyAccessExpression(node.parent) || ts.isTypeQueryNode(node.parent))) {
    return false;
  }
  return READS.has(text) || WAITS.has(text);
}

describe("the wall clock", () => {
  const files = productFiles.filter((path) => !EXEMPT.test(path));
  // Parsed here, outside the deadline of a test.
  const imports = files.flatMap(importsOf);

  it("is read and waited on through runtime/clock.ts only", () => {
    const suspects = files.filter((path) => SUSPECT.test(readText(path)));
    const uses = suspects.flatMap((path) => nodesOf(parse(path)).filter(usesWallClock));
    expect(uses.map((node) => `${placeOf(node)} uses ${node.getText()}`)).toEqual([]);
  });

  it("is not imported by another name", () => {
    const timers = imports.filter(({ specifier }) => /^(node:)?(timers|perf_hooks)/.test(specifier));
    expect(timers.map(({ place, specifier }) => `${place} imports ${specifier}`)).toEqual([]);
  });
});
