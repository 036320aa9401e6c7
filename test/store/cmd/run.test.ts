import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { specKey } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { EtcdServer } from "../../support/etcd.ts";

let server: EtcdServer;
let store: Store;
beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store({ root: "/run/" });
  vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
  vi.stubEnv("VMCTL_ROOT", "/run/");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

it("applies etcd-compute's request as apply would its manifest", async () => {
  const words = ["run", "resources=VCPU:1,DISK_GB:1,MEMORY_MB:256", "--name", "old", "--field-manager", "alice"];
  expect(await runWords(...words)).toEqual({ status: 0, out: "instance/old created\n", err: "" });
  const stored = JSON.parse((await store.get(specKey("ns/default/instances/old")))?.value ?? "{}") as object;
  expect(stored).toMatchObject({
    metadata: { name: "old", namespace: "default", generation: 1, managedFields: expect.anything() },
    spec: { resources: { vcpu: 1, memory: "256Mi", disk: "1Gi" } },
  });
  expect(JSON.stringify(stored)).toContain("alice");
  expect(await runWords(...words)).toMatchObject({ status: 0, out: "instance/old unchanged\n" });
});

it("writes nothing in a namespace that is not there", async () => {
  const { status, out, err } = await runWords("run", "resources=VCPU:1", "--name", "a", "-n", "nowhere");
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain("request metadata.namespace names a namespace that does not exist");
  expect(await store.get(specKey("ns/nowhere/instances/a"))).toBeUndefined();
});
