import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "./run-here.ts";

const manifest = (name: string): string =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: ${name}}\nspec: {image: {name: tiny}}\n`;
const check = ["apply", "--dry-run=client", "-f", "-"];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-here-"));
  await writeFile(join(folder, "web.yaml"), manifest("in-the-folder"));
  await writeFile(join(folder, "contexts.yaml"), "{}\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a command line in this process", () => {
  it("reads what it is given and answers as the program does", async () => {
    expect(await runHere(check, {}, { stdin: manifest("a") })).toEqual({
      status: 0,
      out: "instance/a valid (dry run)\n",
      err: "",
    });
    expect(await runHere(["get", "vm", "--nonsense"], {})).toMatchObject({ status: 2, out: "" });
  });

  it("takes turns: several at once mix nothing, and one that fails stops none", async () => {
    const names = ["a", "b", "c"];
    const runs = names.map((name) => runHere(check, { VMCTL_NAMESPACE: name }, { stdin: manifest(name) }));
    const failing = runHere(["nonsense"], {});
    const last = runHere(check, {}, { stdin: manifest("last") });
    expect((await Promise.all(runs)).map(({ out }) => out)).toEqual(
      names.map((name) => `instance/${name} valid (dry run)\n`),
    );
    expect((await failing).status).toBe(2);
    expect((await last).out).toBe("instance/last valid (dry run)\n");
  });

  it("knows its own environment and folder only, and leaves those of the test as they were", async () => {
    const before = { environment: { ...process.env }, cwd: process.cwd(), exitCode: process.exitCode };
    process.env["VMCTL_ENDPOINTS"] = "http://127.0.0.1:1";
    try {
      const here = await runHere(["apply", "--dry-run=client", "-f", "web.yaml"], {}, { cwd: folder });
      expect(here.out).toBe("instance/in-the-folder valid (dry run)\n");
      const alone = await runHere(["get", "vm"], { VMCTL_CONFIG: join(folder, "contexts.yaml") });
      expect(alone).toMatchObject({ status: 1, err: expect.stringContaining("no control plane") });
      expect(process.env["VMCTL_ENDPOINTS"]).toBe("http://127.0.0.1:1");
    } finally {
      delete process.env["VMCTL_ENDPOINTS"];
    }
    const after = { environment: { ...process.env }, cwd: process.cwd(), exitCode: process.exitCode };
    expect(after).toEqual(before);
  });
});
