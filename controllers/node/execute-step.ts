import type { MachineIdentity, MachineTags, Progress, Seed } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance, ImageLogin } from "../../resources/assignment.ts";
import { TransientError } from "../../runtime/errors.ts";

import { present } from "../cluster/present.ts";
import type { NodeDeps } from "./node-deps.ts";
import type { Effect } from "./step.ts";

export interface StepContext {
  readonly assigned: AssignedInstance;
  readonly step: Effect;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** The one place where a plan becomes an effect. Every step is idempotent (see Hypervisor). */
export async function executeStep(deps: NodeDeps, { assigned, step, signal, onProgress }: StepContext): Promise<void> {
  const { hypervisor } = deps;
  const { uid, machine } = assigned;
  switch (step.do) {
    case "fetchImage":
      await hypervisor.fetchImage({ ...machine.image, login: loginOf(deps, assigned) }, onProgress, signal);
      return;
    case "createDisk":
      return hypervisor.createDisk(identityOf(assigned), machine, step.image, signal);
    case "growDisk":
      return hypervisor.growDisk(uid, step.bytes);
    case "prepare":
      return prepare(deps, assigned, step.tags);
    case "start":
      return start(deps, uid);
    case "requestShutdown":
      return hypervisor.requestShutdown(uid);
    case "destroy":
      return hypervisor.destroy(uid);
    case "removeDisk":
      return hypervisor.removeDisk(uid);
    case "remove":
      return hypervisor.remove(uid);
  }
}

/** The last look at the lease is right before the start: a right lost meanwhile is not used (I1). */
async function start(deps: NodeDeps, uid: string): Promise<void> {
  if (!deps.held()) throw new TransientError("LeaseNotHeld", "the lease was lost before the start");
  await deps.hypervisor.start(uid);
}

async function prepare(deps: NodeDeps, assigned: AssignedInstance, tags: MachineTags): Promise<void> {
  const identity = identityOf(assigned);
  await deps.hypervisor.writeSeed(identity, seedOf(deps, assigned, tags));
  await deps.hypervisor.define(identity, assigned.machine, tags);
}

const identityOf = ({ uid, namespace, name, epoch }: AssignedInstance): MachineIdentity => ({
  uid,
  namespace,
  name,
  epoch,
});

function textOf({ view }: NodeDeps, uid: string, digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined;
  const found = view.data(uid, digest);
  if (found === undefined) throw new TransientError("DataMissing", `the text ${digest} has not arrived yet`);
  return found;
}

function loginOf(deps: NodeDeps, { uid, machine }: AssignedInstance): ImageLogin | undefined {
  const text = textOf(deps, uid, machine.image.credentials);
  return text === undefined ? undefined : (JSON.parse(text) as ImageLogin);
}

function seedOf(deps: NodeDeps, assigned: AssignedInstance, tags: MachineTags): Seed {
  const { guest, machine, uid } = assigned;
  const text = (digest: string | undefined) => textOf(deps, uid, digest);
  return present({
    instanceId: tags.instanceId,
    hostname: machine.hostname,
    sshKeys: guest.sshKeys,
    interfaces: machine.interfaces,
    userData: text(guest.userData),
    networkConfig: text(guest.networkConfig),
    vendorData: text(guest.vendorData),
  });
}
