import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostNames } from "../../../cmd/fleet/host-names.ts";
import { parseShare } from "../../../cmd/fleet/parse-share.ts";
import { readTemplate } from "../../../cmd/fleet/template.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleet-settings-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, "template.yaml");
  await writeFile(path, text);
  return path;
}

const head = "apiVersion: compute.vmctl/v1alpha1\nkind: Hypervisor\nmetadata: {name: rack-1, labels: {rack: r1}}\n";

describe("the names of a fleet", () => {
  it("are all of one length, so that they sort by number", () => {
    expect(hostNames("r-", 3)).toEqual(["r-0001", "r-0002", "r-0003"]);
    const many = hostNames("r-", 10_000);
    expect([many[0], many.at(-1)]).toEqual(["r-00001", "r-10000"]);
    expect([...many].sort()).toEqual(many);
  });

  it.each(["Rack-", "-rack", "a.b-", "x".repeat(60)])("%s makes none", (prefix) => {
    expect(() => hostNames(prefix, 3)).toThrow(/--name-prefix .* is no name/);
  });
});

describe("a share", () => {
  it.each([
    ["1%", 0.01],
    ["0.5%", 0.005],
    ["0.01", 0.01],
    ["0", 0],
    ["100%", 1],
  ])("%s is %d", (text, share) => expect(parseShare(text, "--fail")).toBeCloseTo(share));

  it.each(["101%", "2", "-1%", "one", "", "1 %x"])("%j is none", (text) => {
    expect(() => parseShare(text, "--fail")).toThrow(/--fail: a share such as 1%/);
  });
});

describe("a template", () => {
  it("says what each host is declared with, how large it is and how it is called", async () => {
    const spec = "spec: {traits: [CUSTOM_X], inventory: {vcpu: {total: 64}, memory: {total: 256Gi}}}\n";
    const template = await readTemplate(await file(head + spec), undefined);
    expect(template.prefix).toBe("rack-1-");
    expect(template.capacity).toEqual({ vcpu: 64, memory: 256 * 2 ** 30, disk: 200 * 2 ** 30 });
    const { object } = template.manifestOf("rack-1-0007");
    expect(object.metadata).toMatchObject({
      name: "rack-1-0007",
      labels: { rack: "r1", "compute.vmctl/fleet": "rack-1" },
    });
    expect(object.spec).toMatchObject({ traits: ["CUSTOM_X"] });
  });

  it("is not needed; a prefix that is given counts more than its name", async () => {
    const plain = await readTemplate(undefined, undefined);
    expect([plain.prefix, plain.capacity.vcpu]).toEqual(["sim-", 8]);
    expect((await readTemplate(await file(head), "other-")).prefix).toBe("other-");
  });

  it.each([
    ["kind: Instance\napiVersion: compute.vmctl/v1alpha1\nmetadata: {name: x}\nspec: {}\n", "of kind Hypervisor"],
    [`${head}---\n${head.replace("rack-1", "rack-2")}`, "one manifest of kind Hypervisor"],
    [`${head}spec: {trait: []}\n`, "template.yaml:4:8"],
  ])("that is no Hypervisor is refused with its place (%#)", async (text, message) => {
    await expect(readTemplate(await file(text), undefined)).rejects.toThrow(message);
  });
});
