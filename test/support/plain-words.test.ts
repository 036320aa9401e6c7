import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { plainWords } from "./plain-words.ts";

describe("the words of a line", () => {
  it.each([
    "vmctl get hypervisors,images -o name",
    "vmctl wait --for=condition=Ready instance/web-1 --timeout=2m\n",
    "vmctl patch vm web-1 -p 'spec: {resources: {disk: \"512Mi\"}}'",
    "vmctl get vm -o custom-columns=NAME:.metadata.name,'A B':.c",
    "vmctl  get '' '$HOME | x' a@b",
  ])("are those of a shell: %s", (line) => {
    const shell = execFileSync("sh", ["-c", `for word in ${line.trim()}; do printf '%s\\0' "$word"; done`], {
      encoding: "utf8",
    });
    expect(plainWords(line)).toEqual(shell.split("\0").slice(0, -1));
  });

  it.each([
    "vmctl describe instance web-1 | tail -n 1",
    "vmctl get vm > file",
    "vmctl get vm &",
    "vmctl get $NAME",
    "vmctl get `x`",
    'vmctl get "a"',
    "vmctl get \\a",
    "vmctl get web-*",
    "vmctl get web-?",
    "vmctl get ~/x",
    "vmctl get a; b",
    "vmctl get a   # a remark",
    "vmctl get 'a",
    "vmctl get a\nvmctl get b",
    "vmctl get a\tb",
    "A=b vmctl get",
    "",
  ])("are left to a shell: %s", (line) => expect(plainWords(line)).toBeUndefined());
});
