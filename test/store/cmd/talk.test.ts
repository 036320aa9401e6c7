import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { EtcdServer } from "../../support/etcd.ts";

let server: EtcdServer;
let folder: string;
let manifest: string;
beforeAll(async () => {
  server = await EtcdServer.start();
  folder = await mkdtemp(join(tmpdir(), "vmctl-talk-"));
  manifest = join(folder, "web.yaml");
  const secret = "  cloudInit: {userData: hunter2}\n";
  const text =
    "apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: web-1}\nspec:\n  image: {name: tiny}\n";
  await writeFile(manifest, text + secret);
  vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
  vi.stubEnv("VMCTL_ROOT", "/talk/");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  await rm(folder, { recursive: true });
});

describe("-v", () => {
  it("tells what is asked of etcd and how long it took, on standard error", async () => {
    const { status, out, err } = await runWords("apply", "-f", manifest, "-v");
    expect({ status, out }).toEqual({ status: 0, out: "instance/web-1 created\n" });
    const lines = err.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^\[\d+\.\d{3}\] flags or environment: http:\/\/127\.0\.0\.1:\d+, root \/talk\/, namespace default/,
    );
    expect(
      lines.some((line) =>
        /commit put spec\/ns\/default\/instances\/web-1.*: committed at revision \d+ in \d+\.\d ms$/.test(line),
      ),
    ).toBe(true);
    expect(lines.every((line) => /^\[\d+\.\d{3}\] /.test(line))).toBe(true);
  });

  it("=2 tells keys and compares too, never a value", async () => {
    const first = await runWords("get", "vm", "web-1", "-v=2");
    expect(first.err).toMatch(/list spec\/ns\/default\/instances\/web-1 .*: 1 key, \d+ bytes at revision \d+ in/);
    expect(first.err).toMatch(/\] {3}spec\/ns\/default\/instances\/web-1 at revision \d+, \d+ bytes\n/);
    const change = await runWords("stop", "instance/web-1", "-v", "-v");
    expect(change.err).toMatch(/if spec\/ns\/default\/instances\/web-1 is at revision \d+\n/);
    expect(first.err + change.err).not.toContain("hunter2");
  });

  it("tells what failed, and after how long", async () => {
    const { status, err } = await runWords("get", "vm", "--endpoints", "127.0.0.1:1", "--request-timeout=50ms", "-v");
    expect(status).toBe(1);
    expect(err).toMatch(/list spec\/.* after \d+\.\d ms\nvmctl: cannot reach etcd at 127\.0\.0\.1:1/);
  });
});

describe("--quiet", () => {
  it("leaves out what was done, not what was asked for nor what went wrong", async () => {
    expect(await runWords("apply", "-f", manifest, "-q")).toEqual({ status: 0, out: "", err: "" });
    expect(await runWords("stop", "instance/web-1", "--quiet")).toEqual({ status: 0, out: "", err: "" });
    expect((await runWords("get", "vm", "-q", "-o", "name")).out).toBe("instance/web-1\n");
    expect(await runWords("get", "images", "-q")).toEqual({ status: 0, out: "", err: "" });
    expect(await runWords("get", "vm", "web-2", "-q")).toMatchObject({
      status: 1,
      err: expect.stringContaining("not found"),
    });
  });
});

describe("-o json", () => {
  it("makes what is missing one object with its names", async () => {
    const { status, out, err } = await runWords("get", "vm", "web-2", "-o", "json");
    expect({ status, out }).toEqual({ status: 1, out: "" });
    const documented =
      /```json\n(.*)\n```/.exec(await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8"))?.[1] ?? "";
    expect(JSON.parse(err)).toEqual(JSON.parse(documented));
  });

  it("names the endpoints that cannot be reached", async () => {
    const { err } = await runWords("get", "vm", "--endpoints", "127.0.0.1:1", "--request-timeout=50ms", "-o", "json");
    expect(JSON.parse(err)).toMatchObject({
      error: { reason: "Unavailable", details: { endpoints: ["127.0.0.1:1"] } },
    });
  });
});
