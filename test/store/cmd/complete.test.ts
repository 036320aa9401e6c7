import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { objectTail, specKey } from "../../../resources/keys.ts";
import { KINDS } from "../../../resources/kinds.ts";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { EtcdServer } from "../../support/etcd.ts";

let server: EtcdServer;
beforeAll(async () => {
  server = await EtcdServer.start();
  const store = await server.store({ root: "/complete/" });
  const put = (kind: string, name: string, namespace = "default") => {
    const info = KINDS.find((each) => each.singular === kind);
    if (!info) throw new Error(kind);
    return { op: "put" as const, key: specKey(objectTail(info, namespace, name)), value: "not even JSON" };
  };
  const writes = [
    ...["web-1", "web-2", "db-1"].map((name) => put("instance", name)),
    ...[put("instance", "web-9", "team"), put("namespace", "team"), put("hypervisor", "host-1"), put("image", "tiny")],
  ];
  await store.commit({ compares: [], writes });
  vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
  vi.stubEnv("VMCTL_ROOT", "/complete/");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

describe("names of what is there", () => {
  it.each([
    ["get instances w", "web-1 web-2"],
    ["get vm web-1 ", "db-1 web-1 web-2"],
    ["get vm -n team ", "web-9"],
    ["-n team get vm ", "web-9"],
    ["get vm -n t", "team"],
    ["get instance/d", "instance/db-1"],
    ["describe image ", "tiny"],
    ["stop instance/web", "instance/web-1 instance/web-2"],
    ["stop instance/web-1 instance/d", "instance/db-1"],
    ["stop instance web", "web-1 web-2"],
    ["stop hypervisor/", ""],
    ["stop inst", "instance/db-1 instance/web-1 instance/web-2"],
    ["get instances -- --all-n", ""],
    ["cordon h", "host-1"],
    ["cordon hypervisor/h", "hypervisor/host-1"],
    ["wait --for=condition=Ready instance/d", "instance/db-1"],
    ["delete hypervisors ", "host-1"],
    ["auth can-i stop vm d", "db-1"],
    ["auth commands ", "host-1"],
    ["get vm --namespace=t", "--namespace=team"],
    ["get vm --endpoints 127.0.0.1:1 ", ""],
  ])("vmctl %s", async (line, want) => {
    const { status, out, err } = await runWords("__complete", ...line.split(" "));
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out.split("\n").filter(Boolean).sort().join(" ")).toBe(want);
  });

  it("are given up when etcd does not answer in time", async () => {
    await server.pause();
    const began = performance.now();
    try {
      expect(await runWords("__complete", "get", "instances", "")).toEqual({ status: 0, out: "", err: "" });
    } finally {
      server.resume();
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
