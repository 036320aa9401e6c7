import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { resolveSettings } from "../../../cmd/config/resolve-settings.ts";
import { chooseBackend } from "../../../cmd/placement/choose-backend.ts";
import type { ServeFlags } from "../../../cmd/placement/command.ts";
import { checkReach, parseListenAddress } from "../../../cmd/placement/listen-address.ts";
import { PLACEMENT_SETTINGS } from "../../../cmd/placement/settings.ts";

beforeAll(() => void vi.stubEnv("VMCTL_CONFIG", "/nonexistent/config.yaml"));
afterAll(() => void vi.unstubAllEnvs());

const choose = (flags: ServeFlags, set: Readonly<Record<string, unknown>> = {}) => {
  const endpoints = ["http://127.0.0.1:2379"];
  const { values } = resolveSettings(PLACEMENT_SETTINGS, { flags: { endpoints, ...set }, environment: {} });
  return chooseBackend(flags, values);
};

describe("which Placement is served", () => {
  it("is one in memory, one of its own in etcd, or the cluster's", async () => {
    expect(await choose({ memory: true })).toEqual({ kind: "memory" });
    expect(await choose({ prefix: "/mine" })).toMatchObject({ kind: "durable", connection: { root: "/mine/" } });
    expect(await choose({ cluster: true })).toMatchObject({ kind: "cluster" });
    expect(await choose({ cluster: true }, { root: "/other/" })).toMatchObject({ connection: { root: "/other/" } });
  });

  it.each([
    ["none", {}, {}],
    ["two", { memory: true, cluster: true }, {}],
    ["one below the cluster's root", { prefix: "/vmctl/placement/" }, {}],
    ["one above the cluster's root", { prefix: "/a/" }, { root: "/a/b/" }],
    ["the cluster's root", { prefix: "/vmctl" }, {}],
    ["the root of everything", { prefix: "/" }, {}],
    ["a prefix without a slash", { prefix: "mine" }, {}],
    ["a cluster that could be emptied", { cluster: true }, { allowReset: true }],
  ])("is refused when it is %s", async (_, flags, set) => {
    await expect(choose(flags, set)).rejects.toThrow(/--/);
  });

  it("needs an etcd, unless it is in memory", async () => {
    await expect(choose({ prefix: "/mine/" }, { endpoints: [] })).rejects.toThrow("no control plane");
    expect(await choose({ memory: true }, { endpoints: [] })).toEqual({ kind: "memory" });
  });
});

describe("where it listens", () => {
  it.each([
    ["127.0.0.1:8778", "127.0.0.1", 8778],
    ["[::1]:0", "::1", 0],
    ["localhost:1", "localhost", 1],
    [":8778", "::", 8778],
  ])("%s", (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });

  it.each(["8778", "x", "127.0.0.1:65536", "::1:80", "http://x:80", ""])("not %j", (text) => {
    expect(() => parseListenAddress(text)).toThrow("HOST:PORT expected");
  });

  it("is this machine, or needs a token", () => {
    for (const host of ["127.0.0.1", "127.8.8.8", "::1", "localhost"]) checkReach({ host, port: 1 }, undefined);
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "placement.example", "127.0.0.1.example"]) {
      expect(() => checkReach({ host, port: 1 }, undefined)).toThrow("VMCTL_TOKEN");
      checkReach({ host, port: 1 }, "secret");
    }
    expect(() => checkReach({ host: "127.0.0.1", port: 1 }, "")).toThrow("empty");
  });
});
