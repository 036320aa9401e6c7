import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { objectTail } from "../../../resources/keys.ts";
import { Namespace } from "../../../resources/namespace.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, objectOf } from "../support/cluster.ts";
import { Objects } from "../support/objects.ts";

/** As any client of etcd can write them, and what is wrong with each. */
const DAMAGE: readonly (readonly [string, unknown, string])[] = [
  ["a quota that is no quantity", { quota: { memory: "lots" } }, "spec.quota.memory must be"],
  ["a quota beyond counting", { quota: { memory: "99999999999999999999Ti" } }, "spec.quota.memory is larger than"],
  ["a negative quota", { quota: { vcpu: -1 } }, "spec.quota.vcpu must be at least 0"],
  ["a quota of many", { quota: { vcpu: "many" } }, "spec.quota.vcpu must be integer"],
  ["a fraction", { quota: { CUSTOM_GPU: 0.5 } }, "spec.quota.CUSTOM_GPU must be integer"],
  ["a quota that is none", { quota: 7 }, "spec.quota must be object"],
  ["a limit of many", { limits: { instances: "many" } }, "spec.limits.instances must be integer"],
  ["a negative limit", { limits: { instances: -3 } }, "spec.limits.instances must be at least 0"],
  ["limits that are none", { limits: [] }, "spec.limits must be object"],
  ["a spec that is none", "x", "spec must be object"],
];

const server = sharedEtcd();
let cluster: Cluster;
let objects: Objects;
beforeAll(async () => {
  cluster = await Cluster.on(server);
  objects = new Objects(cluster);
  await cluster.image();
  await cluster.one();
});
afterAll(async () => {
  await cluster.stop();
});

const tailOf = (namespace: string) => objectTail(Namespace, undefined, namespace);
const put = (name: string, spec: unknown) =>
  cluster.put(`spec/${tailOf(name)}`, objectOf("Namespace", { name }, spec as object));
const vm = (namespace: string, name: string) => `ns/${namespace}/instances/${name}`;
const ask = (namespace: string, name: string, spec: object = {}) => cluster.instance(name, spec, { namespace });
const isBound = async (namespace: string, name: string) =>
  (await cluster.read<StatusRecord>(`status/${vm(namespace, name)}`))?.binding !== undefined;
/** The others go on. */
const goesOn = async (name: string) => {
  await ask("fine", name);
  await eventually(() => isBound("fine", name));
};

describe.each(DAMAGE.map((row, index) => [...row, `team-${index}`] as const))(
  "a namespace with %s",
  (_what, spec, problem, name) => {
    it("takes nothing new as long as it may have a limit that nobody can read, says so, and hurts nobody else", async () => {
      await put(name, spec);
      await ask(name, "web-1");
      const told = await objects.until(vm(name, "web-1"), "Accepted", "False", "QuotaExceeded");
      expect(told.message).toContain(`namespace ${name}`);
      expect(told.message).toContain(problem);
      expect(await objects.until(tailOf(name), "Accepted", "False", "Invalid")).toMatchObject({
        message: expect.stringContaining(problem),
      });
      await goesOn(`beside-${name}`);
      await put(name, {});
      await eventually(() => isBound(name, "web-1"));
    });
  },
);

describe("a Flavor that somebody damaged", () => {
  it.each([
    ["negative", { vcpu: -1 }, "spec.resources.vcpu must be at least 1"],
    ["uncountable", { memory: "99999999999999999999Ti" }, "spec.resources.memory is larger than"],
    ["a fraction", { CUSTOM_GPU: 0.5 }, "spec.resources.CUSTOM_GPU must be integer"],
    ["none", 7, "spec.resources must be object"],
  ])("is named with its fault by who asks for it: %s", async (what, resources, problem) => {
    const name = what.replace(/ /g, "-");
    await cluster.put(`spec/cluster/flavors/${name}`, objectOf("Flavor", { name }, { resources }));
    await ask("fine", name, { flavor: name });
    const { message } = await objects.until(vm("fine", name), "Scheduled", "False", "FlavorNotFound");
    expect(message).toContain(`Flavor "${name}" is not accepted: ${problem}`);
    await goesOn(`beside-${name}`);
  });
});

describe("what a host reports of itself", () => {
  it("is told when nobody can read it", async () => {
    await cluster.put("observed/host-7/host", "{}");
    await cluster.put("spec/cluster/hypervisors/host-7", objectOf("Hypervisor", { name: "host-7" }, {}));
    await eventually(async () =>
      expect((await cluster.hostCondition("host-7", "Ready"))?.message).toMatch(
        /^what its node controller reported cannot be read: /,
      ),
    );
  });
});

it("limits in force stay in force when somebody damages the manifest", async () => {
  await put("old", { quota: { vcpu: 2 } });
  await objects.until(tailOf("old"), "Accepted", "True");
  await ask("old", "web-1");
  await eventually(() => isBound("old", "web-1"));
  await objects.respec(tailOf("old"), { quota: { vcpu: "many" } });
  await objects.until(tailOf("old"), "Accepted", "False", "Invalid");
  await ask("old", "web-2");
  await eventually(() => isBound("old", "web-2"));
  await ask("old", "web-3");
  const { message } = await objects.until(vm("old", "web-3"), "Scheduled", "False", "QuotaExceeded");
  expect(message).toContain("2 of 2 taken");
});
