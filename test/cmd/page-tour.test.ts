import { describe, expect, it } from "vitest";
import { asShown, withoutAccidents } from "../e2e/readme-tour.ts";
import { kubectlRows } from "./kubectl-rows.ts";

describe("what a page shows", () => {
  it.each([
    ["a\n...\nz", "a\nb\nc\nz"],
    ["a\n...\nz", "a\nz"],
    ["...\nz", "z"],
    ["a\n...", "a\nb"],
    ["a\nb...", "a\nbcd"],
    ["a.c (x)", "a.c (x)"],
    ["", ""],
  ])("%j stands for %j", (shown, output) => expect(asShown(shown, output)).toBe(shown));

  it.each([
    ["a\n...\nz", "a\nb"],
    ["a\n...", "b\na"],
    ["...\nz", "az"],
    ["b...", "ab"],
    ["a.c", "abc"],
    ["a", "a\nb"],
    ["", "a"],
  ])("%j does not stand for %j", (shown, output) => expect(asShown(shown, output)).toBe(output));

  it("is free of ages, addresses, widths and the host's name", () => {
    const output = "NAME   HOST     IP            AGE\na      host-7   192.0.2.17    1m4s \nb (x2 over 3h)\n";
    expect(withoutAccidents(output, "host-7")).toBe("NAME HOST IP AGE\na my-host IP AGE\nb (x2 over AGE)");
  });
});

describe("the rows of docs/kubectl.md", () => {
  const read = (...cells: string[]) => kubectlRows(`| ${cells.join(" | ")} |`);
  it.each([
    [["`kubectl get a`", "=", "", "`b`"], { ours: "vmctl get a", prints: "b", status: 0 }],
    [["`kubectl get a`", "`vmctl x`", "why", "`b`, status 3"], { ours: "vmctl x", prints: "b", status: 3 }],
    [["`kubectl get a`", "–", "why", "`b`"], { ours: undefined, prints: "b", status: 2 }],
    [["`kubectl get a`", "=", "why", ""], { ours: "vmctl get a", prints: "", status: 0 }],
  ])("%j", (cells, row) => expect(read(...cells)).toEqual([{ theirs: "vmctl get a", ...row }]));

  it.each([
    [["`kubectl get a`", "=", "", "b"]],
    [["`kubectl get a`", "no", "", "`b`"]],
    [["`kubectl get a`", "=", "", "`b`", "c"]],
  ])("%j is none", (cells) => expect(() => read(...cells)).toThrow("not a row of four cells"));
});
