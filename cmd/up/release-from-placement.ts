import { Hypervisor } from "../../resources/hypervisor.ts";
import { Instance } from "../../resources/instance.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import { createObjectClient, type ObjectClient } from "../../store/objects/object-client.ts";
import { ADMIN } from "./certificates.ts";
import type { DataLayout } from "./data-layout.ts";
import { signalProcess } from "./end-process.ts";
import { openUpStore } from "./open-up-store.ts";
import { runningPid } from "./process-file.ts";
import { RETIRE_NODE } from "./supervise.ts";
import type { UpState } from "./up-state.ts";

const PATIENCE_MS = 60_000;
const POLL_MS = 200;

/**
 * Has the control plane delete its instances and hypervisors, so that a Placement which is not ours forgets them; of
 * the embedded one nothing outlives etcd. In words what it may still hold, `undefined` if nothing.
 */
export async function releaseFromPlacement(layout: DataLayout, state: UpState): Promise<string | undefined> {
  const { placement } = state.settings;
  if (placement === "embedded") return undefined;
  const remains = `${placement} may still hold allocations of these guests`;
  const supervisor = await runningPid(layout.supervisor);
  if (supervisor === undefined) return `${remains}: the control plane does not run`;
  const store = await openUpStore(layout, state, ADMIN);
  try {
    const objects = createObjectClient(store, systemClock);
    if (!(await deleteAll(objects, Instance))) return remains;
    // A hypervisor goes only when nobody reports under its name any more.
    signalProcess(supervisor, RETIRE_NODE);
    return (await deleteAll(objects, Hypervisor)) ? undefined : remains;
  } catch (error) {
    return `${remains}: ${messageOf(error)}`;
  } finally {
    await store.close();
  }
}

/** True when none of those there are now is left. */
async function deleteAll(objects: ObjectClient, kind: KindInfo): Promise<boolean> {
  const doomed = await objects.list(kind);
  for (const { metadata } of doomed) {
    await objects.requestDeletion(
      { kind, namespace: metadata.namespace, name: metadata.name },
      { gracePeriodSeconds: 0 },
    );
  }
  const uids = new Set(doomed.map(({ metadata }) => metadata.uid));
  const deadline = systemClock.monotonic() + PATIENCE_MS;
  while ((await objects.list(kind)).some(({ metadata }) => uids.has(metadata.uid))) {
    if (systemClock.monotonic() > deadline) return false;
    await systemClock.sleep(POLL_MS);
  }
  return true;
}
