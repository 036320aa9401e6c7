import { Instance } from "../../resources/instance.ts";
import { assignedInstanceKey, observedInstanceKey, statusKey } from "../../resources/keys.ts";
import { systemClock } from "../../runtime/clock.ts";
import { requestDeletion } from "../../store/objects/request-deletion.ts";
import { type BenchCluster, HOST } from "./bench-cluster.ts";
import type { LoggedChange } from "./key-log.ts";
import { instanceObject, NAMESPACE, type SpecObject } from "./objects.ts";

/** Milliseconds since the put of the spec was sent. */
export interface ProductTimes {
  readonly committed: number;
  readonly assigned: number;
  /** Steps of the node as its log dates them: name of the step and when it began. */
  readonly steps: Readonly<Record<string, number>>;
  readonly defined: number;
  /** libvirt's event: QEMU runs. */
  readonly started: number;
  readonly observed: number;
  /** The watch delivered the status with phase Running: the product's figure. */
  readonly running: number;
}

export interface ProductRun {
  readonly object: SpecObject;
  readonly times: ProductTimes;
}

interface StatusValue {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export const statusOf = (change: LoggedChange): StatusValue["status"] =>
  change.value === undefined ? undefined : (JSON.parse(change.value) as StatusValue).status;

/** Puts the spec of an instance and waits until its status says Running. */
export async function startInstance(cluster: BenchCluster, name: string): Promise<ProductRun> {
  const object = instanceObject(name);
  const events: { readonly event: string; readonly at: number }[] = [];
  const subscription = await cluster.connection.events.subscribe("domainLifecycle", ({ domain, event }) => {
    if (domain.uuid === object.uid) events.push({ event, at: performance.now() });
  });
  const logged = cluster.node.log.length;
  const before = performance.now();
  const { key, value } = object;
  await cluster.store.commit({ compares: [{ key, absent: true }], writes: [{ op: "put", key, value }] });
  const committed = performance.now();
  const running = await cluster.keys.first(
    (change) => change.key === statusKey(object.tail) && statusOf(change)?.phase === "Running",
  );
  await subscription.close();
  const change = (wanted: string) => cluster.keys.changes.find(({ key: found }) => found === wanted)?.at ?? Number.NaN;
  const event = (wanted: string) => events.find(({ event: found }) => found === wanted)?.at ?? Number.NaN;
  const times: Omit<ProductTimes, "steps"> = {
    committed,
    assigned: change(assignedInstanceKey(HOST, object.uid)),
    defined: event("defined"),
    started: event("started"),
    observed: change(observedInstanceKey(HOST, object.uid)),
    running: running.at,
  };
  const since = Object.fromEntries(Object.entries(times).map(([what, at]) => [what, at - before]));
  const steps = stepsOf(cluster.node.log.slice(logged), performance.timeOrigin + before);
  return { object, times: { ...(since as unknown as Omit<ProductTimes, "steps">), steps } };
}

function stepsOf(log: string, origin: number): Record<string, number> {
  const lines = log.split("\n").filter((line) => line.includes('"step":"'));
  return Object.fromEntries(
    lines.map((line) => {
      const { step, time } = JSON.parse(line) as { step: string; time: string };
      return [step, Date.parse(time) - origin];
    }),
  );
}

/** Asks for the deletion and waits until both keys are gone. */
export async function deleteInstance(cluster: BenchCluster, { key, tail }: SpecObject): Promise<void> {
  const name = tail.split("/").at(-1) ?? "";
  await requestDeletion(cluster.store, systemClock, { kind: Instance, namespace: NAMESPACE, name });
  await cluster.keys.first((change) => change.key === key && change.value === undefined);
  await cluster.keys.first((change) => change.key === statusKey(tail) && change.value === undefined);
}
