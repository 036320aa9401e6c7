import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { reviewAnswerKey, reviewKey } from "../../../resources/keys.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import type {
  PlacementExplanation,
  PlacementReviewAnswer,
  ReviewedInstance,
} from "../../../resources/placement-review.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { actingPlacement } from "../support/acting-placement.ts";
import { Cluster, objectOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;

interface Question {
  readonly labels?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly namespace?: string;
}
type Explained = Omit<ReviewedInstance, "explanation"> & { readonly explanation: PlacementExplanation };

const SMALL = { image: { name: "tiny" }, resources: { vcpu: 1, memory: "64Mi", disk: "1Gi" } };

async function ask(): Promise<string> {
  const id = randomUUID();
  const instances = [{ namespace: "default", name: "asked", spec: SMALL }];
  await cluster.put(reviewKey(id), {
    apiVersion: API_VERSION,
    kind: "PlacementReview",
    spec: { instances, explain: {} },
  });
  return id;
}

async function explain(name: string, spec: object, more: Question = {}): Promise<Explained> {
  const id = randomUUID();
  const instance = { namespace: "default", name, spec: { ...SMALL, ...spec }, ...more };
  const review = { apiVersion: API_VERSION, kind: "PlacementReview", spec: { instances: [instance], explain: {} } };
  await cluster.put(reviewKey(id), review);
  const answer = await eventually(async () => {
    const found = await cluster.read<PlacementReviewAnswer>(reviewAnswerKey(id));
    if (!found) throw new Error("no answer yet");
    return found;
  });
  await cluster.remove(reviewKey(id));
  const [only] = answer.status.instances;
  if (!only?.explanation) throw new Error(`not explained: ${JSON.stringify(only)}`);
  return { ...only, explanation: only.explanation };
}

const memory = (size: string | number) => ({ resources: { vcpu: 1, memory: size, disk: "1Gi" } });
const capacity = (gib: number) => ({ vcpu: 8, memory: gib * 2 ** 30, disk: 200 * 2 ** 30 });
const refusedBy = ({ explanation }: Explained) =>
  Object.fromEntries(explanation.refused.map(({ hypervisor, text }) => [hypervisor, text]));

/** host-1 is small, host-2 large, host-3 tainted. */
async function threeHosts(): Promise<void> {
  await cluster.hypervisor("host-3", { taints: [{ key: "gpu", value: "a100", effect: "NoSchedule" }] });
  await cluster.node("host-1", { simulated: { capacity: capacity(2) } });
  await cluster.node("host-2", { simulated: { capacity: capacity(8) } });
  await cluster.node("host-3", { simulated: { capacity: capacity(4) } });
  await cluster.image();
  for (const name of ["host-1", "host-2", "host-3"]) await cluster.hostReady(name);
}

describe.each([
  ["embedded", () => cluster.controllers()],
  [
    "acting",
    async () => {
      const inner = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
      return cluster.controllers({ placement: actingPlacement(inner, cluster.store) });
    },
  ],
])("with a Placement that is %s", (_, start) => {
  beforeEach(async () => {
    cluster = await Cluster.on(server);
    await start();
    await threeHosts();
  });
  afterEach(() => cluster.stop());

  it("says who takes it, with scores, and why the others do not", async () => {
    const found = await explain("web", memory("3Gi"));
    expect(found).toMatchObject({ hypervisor: "host-2", explanation: { hypervisors: 3 } });
    expect(found.explanation.change).toBeUndefined();
    expect(found.explanation.fits.map(({ hypervisor }) => hypervisor)).toEqual(["host-2"]);
    const [{ total, scores = [] } = { total: 0 }] = found.explanation.fits;
    const sum = scores.reduce((all, { score, weight }) => all + score * weight, 0);
    expect([total, scores.length]).toEqual([expect.closeTo(sum), 4]);
    expect(refusedBy(found)).toEqual({
      "host-1": "memory: 3072 MiB asked, at most 2048 at once (max_unit)",
      "host-3": "taint gpu=a100",
    });
    expect(
      (await explain("web", { ...memory("3Gi"), tolerations: [{ operator: "Exists" }] })).explanation.fits,
    ).toHaveLength(2);
  });

  it("says nowhere in the words of Scheduled=False, and what is missing least", async () => {
    await cluster.instance("fat", memory("5Gi"));
    await cluster.running("fat");
    const uid = await cluster.instance("web", { ...memory("3500Mi"), priority: 1 });
    const { message } = await cluster.until("web", "Scheduled", "False");
    const found = await explain("web", memory("3500Mi"), { uid });
    expect([found.message, found.hypervisor]).toEqual([message, undefined]);
    expect(message).toMatch(
      /^0 of 3 hypervisors can take it: 1 MEMORY_MB above max_unit, 1 insufficient MEMORY_MB, 1 taint/,
    );
    expect(found.explanation.waiting).toEqual({ same: 0, higher: 0 });
    const text = refusedBy(found)["host-2"] ?? "";
    const [, free = 0] = (/^memory: 3500 MiB asked, (\d+) free of 8192 × 1.0, \d+ reserved$/.exec(text) ?? []).map(
      Number,
    );
    const short = 3500 - free;
    expect(found.explanation.change).toEqual({
      hypervisor: "host-2",
      text: `with ${short} MiB of memory less, or ${short} MiB freed on host-2, it would fit on host-2`,
    });
    const less = await explain("web", memory(`${free}Mi`), { uid });
    expect(less.hypervisor).toBe("host-2");
  });

  it("looks at one that has its place as if it had none, and was no neighbour of its own", async () => {
    const apart = { antiAffinity: [{ labelSelector: { matchLabels: { app: "web" } } }] };
    const labels = { app: "web" };
    const uid = await cluster.instance("web", { ...memory("5Gi"), ...apart }, { labels });
    await cluster.running("web");
    const own = await explain("web", { ...memory("5Gi"), ...apart }, { uid, labels });
    expect(own).toMatchObject({ hypervisor: "host-2", explanation: { bound: "host-2" } });
    const other = await explain("other", { ...memory("1Gi"), ...apart }, { labels });
    expect(other.hypervisor).toBe("host-1");
    expect(refusedBy(other)["host-2"]).toBe("anti-affinity to app=web by host");
    expect((await cluster.record("web"))?.binding?.hypervisor).toBe("host-2");
  });

  it("tells a silent or cordoned host, a missing network and a missing trait from each other", async () => {
    await cluster.hypervisor("host-1", { unschedulable: true, traits: ["CUSTOM_SSD"] });
    await eventually(async () => expect((await explain("a", {})).explanation.refused[1]?.text).toBe("cordoned"));
    const lan = await explain("a", { interfaces: [{ name: "eth0", network: "nowhere" }] });
    expect(refusedBy(lan)["host-2"]).toBe("no network nowhere");
    const ssd = await explain("a", { ...memory("7900Mi"), traits: { required: ["CUSTOM_SSD"] } });
    expect(refusedBy(ssd)["host-2"]).toBe("trait CUSTOM_SSD missing");
    // What Placement says only once the trait is there is seen, too.
    expect(ssd.explanation.change?.text).toMatch(
      /^with CUSTOM_SSD no longer required and \d+ MiB of memory less, it would fit on host-2$/,
    );
  });

  it("says what is missing by name, and what a namespace does not allow", async () => {
    await cluster.put(
      "spec/cluster/namespaces/tight",
      objectOf("Namespace", { name: "tight" }, { quota: { vcpu: 1 } }),
    );
    const two = { resources: { vcpu: 2, memory: "64Mi", disk: "1Gi" } };
    await eventually(async () => {
      const { message, explanation } = await explain("a", two, { namespace: "tight" });
      expect(message).toMatch(/quota of namespace tight .*vcpu: 2 asked/);
      expect([explanation.problem, explanation.fits.length]).toEqual([message, 2]);
    });
    const flavor = await explain("a", { flavor: "none" });
    expect(flavor.message).toBe('Flavor "none" does not exist');
    const image = await explain("a", { image: { name: "none" } });
    expect([image.message, image.explanation.fits.length]).toEqual(['Image "none" does not exist', 2]);
    const secret = await explain("a", { cloudInit: { userDataFrom: { secret: "none" } } });
    expect(secret.message).toContain("none");
    const trait = await explain("a", { traits: { required: ["CUSTOM_NOBODY_KNOWS"] } });
    expect(trait.explanation.problem).toContain("CUSTOM_NOBODY_KNOWS");
    const pin = await explain("a", { hypervisor: "host-9" });
    expect(pin.message).toContain('Hypervisor "host-9" does not exist');
  });
});

describe("many questions", () => {
  beforeEach(async () => {
    cluster = await Cluster.on(server);
    await cluster.one();
    await cluster.image();
  });
  afterEach(() => cluster.stop());

  it("are all answered, those beyond the first ones later", async () => {
    const started = systemClock.monotonic();
    const ids = await Promise.all(Array.from({ length: 23 }, ask));
    await eventually(async () => {
      for (const id of ids) if (!(await cluster.read(reviewAnswerKey(id)))) throw new Error("not all are answered");
    });
    expect(systemClock.monotonic() - started).toBeGreaterThan(500);
  });
});
