import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { objectTail, reviewAnswerKey, reviewKey } from "../../../resources/keys.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { Namespace } from "../../../resources/namespace.ts";
import type { PlacementReviewAnswer } from "../../../resources/placement-review.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  await cluster.one();
  await cluster.image();
  await eventually(async () => (await cluster.read("status/cluster/images/tiny")) !== undefined);
});
afterEach(() => cluster.stop());

const instance = (name: string, memory: number | string, more: object = {}) => ({
  namespace: "default",
  name,
  spec: { image: { name: "tiny" }, resources: { vcpu: 1, memory, disk: "1Gi" }, ...more },
});
const ask = (...instances: object[]) => review({ instances });
async function review(spec: object): Promise<PlacementReviewAnswer["status"]["instances"]> {
  const id = randomUUID();
  await cluster.put(reviewKey(id), { apiVersion: API_VERSION, kind: "PlacementReview", spec });
  const answer = await eventually(async () => {
    const found = await cluster.read<PlacementReviewAnswer>(reviewAnswerKey(id));
    if (!found) throw new Error("no answer yet");
    return found;
  });
  await cluster.remove(reviewKey(id));
  await eventually(async () => (await cluster.read(reviewAnswerKey(id))) === undefined);
  return answer.status.instances;
}

it("answers where each would go, counting on those before it, and claims nothing", async () => {
  const free = (await cluster.hostStatus())?.allocatable?.memory ?? 0;
  const most = Math.floor((free * 0.6) / 2 ** 20) * 2 ** 20;
  const before = (await cluster.store.list(["placement/"])).entries;
  const [first, second, third] = await ask(instance("a", most), instance("b", most), instance("c", "64Mi"));
  expect(first).toEqual({ namespace: "default", name: "a", hypervisor: "host-1" });
  expect(second?.hypervisor).toBeUndefined();
  expect(second?.message).toContain("insufficient MEMORY_MB");
  expect(third?.hypervisor).toBe("host-1");
  expect((await cluster.store.list(["placement/"])).entries).toEqual(before);
});

it("counts the instances before it against the limit of their namespace", async () => {
  await new Objects(cluster).respec(objectTail(Namespace, undefined, "default"), { limits: { instances: 1 } });
  await eventually(async () => {
    const [first, second] = await ask(instance("a", "64Mi"), instance("b", "64Mi"));
    expect([first?.hypervisor, second?.message]).toEqual(["host-1", expect.stringContaining("its limit is 1")]);
  });
});

it("says why nowhere", async () => {
  const [image, pinned, trait] = await ask(
    instance("c", "64Mi", { image: { name: "none" } }),
    instance("a", "64Mi", { hypervisor: "nobody" }),
    instance("b", "64Mi", { traits: { required: ["CUSTOM_NOBODY_KNOWS"] } }),
  );
  expect(image?.message).toBe('Image "none" does not exist');
  expect(pinned?.message).toContain('Hypervisor "nobody" does not exist');
  expect(trait?.message).toContain("CUSTOM_NOBODY_KNOWS");
});

it.each<readonly [string, object, string]>([
  ["a pin to nobody", { hypervisor: "nobody" }, 'Hypervisor "nobody" does not exist'],
  ["a trait of nobody", { traits: { required: ["CUSTOM_NOBODY_KNOWS"] } }, "CUSTOM_NOBODY_KNOWS"],
  ["user-data of nobody", { cloudInit: { userDataFrom: { secret: "none" } } }, 'Secret "default/none" does not exist'],
])("says what is invalid beside a missing Image: %s", async (_what, spec, also) => {
  const asked = instance("a", "64Mi", { image: { name: "none" }, ...spec });
  const want = new RegExp(`^Image "none" does not exist; also: .*${also}`);
  const [[first], [explained]] = [await ask(asked), await review({ instances: [asked], explain: {} })];
  expect(first?.message).toMatch(want);
  expect(explained?.message).toBe(first?.message);
  expect(explained?.explanation?.problem).toBe(first?.message);
});

it("says nothing of room beside a missing Image", async () => {
  const [first] = await ask(instance("a", "64Gi", { image: { name: "none" } }));
  expect(first?.message).toBe('Image "none" does not exist');
});

it.each<readonly [string, object, string]>([
  ["no quantity", { resources: { memory: "lots" } }, "spec.resources.memory must be a quantity"],
  ["uncountable", { resources: { memory: "99999999999999999999Ti" } }, "spec.resources.memory is larger than"],
  ["a fraction", { resources: { CUSTOM_GPU: 0.5 } }, "spec.resources.CUSTOM_GPU must be integer"],
  ["no list", { resourceGroups: 7 }, "spec.resourceGroups must be array"],
  ["a query of nothing", { placement: { query: "resources=VCPU:x" } }, "spec.placement.query cannot be taken"],
])("says what is wrong with a spec that was asked around vmctl: %s", async (_what, spec, problem) => {
  await cluster.image();
  const asked = { namespace: "default", name: "a", spec: { image: { name: "tiny" }, ...spec } };
  const [first, good] = await ask(asked, instance("b", "64Mi", { image: { name: "tiny" } }));
  expect(first).toEqual({ namespace: "default", name: "a", message: expect.stringContaining(problem) });
  expect(good?.hypervisor).toBe("host-1");
  expect(await review({ instances: [asked], explain: {} })).toMatchObject([
    { message: first?.message, explanation: { problem: first?.message, fits: [] } },
  ]);
});

it("is not upset by a question that is none", async () => {
  await cluster.put(reviewKey("x"), "{");
  await cluster.put(reviewKey("y"), { apiVersion: API_VERSION, kind: "PlacementReview", spec: { instances: 7 } });
  const [good] = await ask(instance("a", "64Mi"));
  expect(good?.hypervisor).toBe("host-1");
});
