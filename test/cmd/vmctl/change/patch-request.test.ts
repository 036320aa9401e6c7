import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../cmd/config/usage-error.ts";
import { InvalidChange } from "../../../../cmd/vmctl/change/change-refused.ts";
import { parsePatch, parsePatchType, readPatchText } from "../../../../cmd/vmctl/change/patch-request.ts";
import { CommandFailure } from "../../../../cmd/vmctl/command-failure.ts";

const document = { metadata: { name: "a" }, spec: { hostname: "h", sshKeys: ["x"] } };
function linesOf(text: string, type: "merge" | "json", file?: string): string[] {
  try {
    parsePatch({ text, ...(file !== undefined && { file }) }, type);
  } catch (error) {
    if (error instanceof CommandFailure) return error.lines.length > 0 ? [...error.lines] : [error.message];
    throw error;
  }
  return [];
}

describe("a patch", () => {
  it("is JSON or YAML, merge unless it is said otherwise", () => {
    expect(parsePatchType(undefined)).toBe("merge");
    for (const text of ['{"spec": {"hostname": null}}', "spec: {hostname: null}", "spec:\n  hostname:\n"])
      expect(parsePatch({ text }, "merge").apply(document)).toEqual({ ...document, spec: { sshKeys: ["x"] } });
    const operations = "- op: add\n  path: /spec/sshKeys/-\n  value: y\n";
    expect(parsePatch({ text: operations }, "json").apply(document)).toMatchObject({ spec: { sshKeys: ["x", "y"] } });
  });

  it("has no other type, and says what there is", () => {
    expect(() => parsePatchType("strategic")).toThrow(/Kubernetes' own: there is merge .* and json/);
    expect(() => parsePatchType("mrge")).toThrow('did you mean "merge"?');
  });

  it("comes from one place", async () => {
    expect(await readPatchText({ patch: "{}" })).toEqual({ text: "{}" });
    await expect(readPatchText({})).rejects.toThrow(UsageError);
    await expect(readPatchText({ patch: "{}", patchFile: "x" })).rejects.toThrow(UsageError);
    await expect(readPatchText({ patchFile: "/nonexistent.yaml" })).rejects.toThrow("cannot read /nonexistent.yaml");
  });

  it("that cannot be read says where", () => {
    expect(linesOf("", "merge")).toEqual(["nothing was changed: one document expected, as JSON or YAML"]);
    expect(linesOf("a: 1\n---\nb: 1", "merge")).toEqual([expect.stringContaining("one document expected")]);
    expect(linesOf("{a: 1, a: 2}", "merge")).toEqual([expect.stringContaining("patch:1:8 a is given twice")]);
    // In JSON it would be null, which deletes the field.
    expect(linesOf("{a: {b: .nan}}", "merge")).toEqual([
      expect.stringContaining("patch:1:9 a.b must be a number that can be written down (got .nan)"),
    ]);
    expect(linesOf("[]", "merge")).toEqual([expect.stringContaining("a list of operations is --type=json")]);
    expect(linesOf("null", "merge")).toHaveLength(1);
    expect(linesOf("x", "merge")).toHaveLength(1);
    const two = '[{op: ad, path: "/a", value: 1}, {op: add, path: a, value: 1}]';
    expect(linesOf(two, "json")).toEqual([
      expect.stringContaining('patch[0].op must be one of add, remove, replace, move, copy, test (got "ad")'),
      expect.stringContaining("patch[1].path must be a path"),
    ]);
    expect(linesOf('- op: add\n  path: "a"\n  value: 1\n', "json", "p.yaml")).toEqual([
      expect.stringContaining("p.yaml:2:3 patch[0].path must be a path"),
    ]);
  });

  it("that cannot be applied is invalid; a test that fails is a conflict", () => {
    const run = (text: string) => () => parsePatch({ text }, "json").apply(document);
    expect(run('[{op: remove, path: "/spec/x"}]')).toThrow(InvalidChange);
    expect(run('[{op: remove, path: "/spec/x"}]')).toThrow("patch[0] remove cannot be done: /spec/x is not there");
    expect(run('[{op: test, path: "/spec/hostname", value: g}]')).toThrow(
      expect.objectContaining({ code: "Conflict" }),
    );
  });

  it("places what is wrong with the outcome in a merge patch's file", () => {
    const problem = { path: ["spec", "vpcu"], message: "is not a field" };
    const text = "spec:\n  hostname: x\n  vpcu: 1\n";
    expect(parsePatch({ text, file: "p.yaml" }, "merge").format(problem)).toBe("p.yaml:3:3 spec.vpcu is not a field");
    expect(parsePatch({ text }, "merge").format(problem)).toBe("spec.vpcu is not a field");
  });
});
