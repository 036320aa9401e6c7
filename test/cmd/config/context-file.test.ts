import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  contextPath,
  noContexts,
  readContexts,
  withContext,
  withoutContext,
} from "../../../cmd/config/context-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-contexts-"));
});
afterEach(() => rm(folder, { recursive: true }));

const trial = { name: "trial", endpoints: ["https://127.0.0.1:2379"], ca: "/pki/ca.pem", namespace: "team" };

describe("the context file", () => {
  it("lies where VMCTL_CONFIG says, else under the home", () => {
    expect(contextPath({ VMCTL_CONFIG: "/x.yaml" }, "/home/a")).toBe("/x.yaml");
    expect(contextPath({}, "/home/a")).toBe("/home/a/.config/vmctl/config.yaml");
  });

  it("is empty when it is not there", async () => {
    expect(await readContexts(join(folder, "none"))).toEqual({ contexts: [] });
  });

  it("holds other contexts untouched when one is added, replaced or removed", () => {
    const other = { name: "other", endpoints: ["http://127.0.0.1:1"] };
    const both = withContext(withContext(noContexts, other), trial);
    expect(withContext(both, { ...trial, namespace: "b" }).contexts).toEqual([other, { ...trial, namespace: "b" }]);
    expect(withoutContext(both, "trial")).toEqual({ contexts: [other] });
    expect(withoutContext(both, "other")).toEqual({ current: "trial", contexts: [trial] });
  });

  it("takes relative paths from its own folder", async () => {
    const path = join(folder, "config.yaml");
    await writeFile(path, "contexts: [{name: a, endpoints: [x], ca: pki/ca.pem}]\n");
    expect((await readContexts(path)).contexts[0]?.ca).toBe(join(folder, "pki/ca.pem"));
  });

  it.each([
    ["contxts: []", 'unknown field "contxts"; did you mean "contexts"?'],
    ["contexts: [{name: a, endpoint: [x]}]", 'contexts[0]: unknown field "endpoint"; did you mean "endpoints"?'],
    ["contexts: [{endpoints: [x]}]", "contexts[0]: name is missing"],
    ["contexts: [{name: a}]", "contexts[0].endpoints: a list of URLs expected"],
    ["contexts: [{name: a, endpoints: [x]}, {name: a, endpoints: [y]}]", 'contexts: "a" is there twice'],
    ["contexts: {a: b}", "contexts: a list expected"],
    ["a: [", "config.yaml"],
  ])("refuses %j", async (text, message) => {
    const path = join(folder, "config.yaml");
    await writeFile(path, text);
    await expect(readContexts(path)).rejects.toThrow(message);
  });
});
