import type { MachineTags } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance, GuestConfig, MachineInterface } from "../../resources/assignment.ts";
import { canonicalJson } from "../../resources/canonical-json.ts";
import { sha256Hex } from "../../resources/sha256.ts";
import { present } from "../cluster/present.ts";
import { isNewerToken, newestToken } from "./token.ts";

/**
 * What the guest reads once per instance-id, as short digests per spec path, so that a later change can name the
 * fields that wait for a recreate. Kept as text in the domain's metadata (MachineTags.guestDigest).
 */
export function guestDigests(guest: GuestConfig, interfaces: readonly MachineInterface[]): Record<string, string> {
  const addresses = interfaces.flatMap(({ name, addresses = [] }) =>
    addresses.length > 0 ? [{ name, addresses }] : [],
  );
  const parts: Record<string, unknown> = {
    "spec.sshKeys": guest.sshKeys.length > 0 ? guest.sshKeys : undefined,
    "spec.cloudInit.userData": guest.userData,
    "spec.cloudInit.networkConfig": guest.networkConfig,
    "spec.cloudInit.vendorData": guest.vendorData,
    "spec.interfaces[].addresses": addresses.length > 0 ? addresses : undefined,
  };
  const present = Object.entries(parts).filter(([, part]) => part !== undefined);
  return Object.fromEntries(present.map(([path, part]) => [path, sha256Hex(canonicalJson(part)).slice(0, 16)]));
}

/**
 * What follows from an assignment alone. Every pass asks for it, and the same assignment is looked at many times: it is
 * worked out once for each object that the picture holds.
 */
interface Derived {
  readonly imageKey: string;
  readonly guestDigests: Readonly<Record<string, string>>;
  /** Its canonical text: MachineTags.guestDigest. */
  readonly guestDigest: string;
  readonly wiring: string;
}

const known = new WeakMap<AssignedInstance, Derived>();

function derived(assigned: AssignedInstance): Derived {
  const before = known.get(assigned);
  if (before) return before;
  const { interfaces } = assigned.machine;
  const digests = guestDigests(assigned.guest, interfaces);
  const now = {
    imageKey: imageKey(assigned),
    guestDigests: digests,
    guestDigest: canonicalJson(digests),
    wiring: wiring(interfaces),
  };
  known.set(assigned, now);
  return now;
}

/** What a disk was made from: the same key means the same content was asked for. */
const imageKey = ({ machine: { image } }: AssignedInstance): string =>
  canonicalJson({
    source: image.source,
    checksum: image.checksum ?? null,
    // A disk that one firmware boots is not another's; what is absent must not change the keys of those that are there.
    ...(image.firmware && { firmware: image.firmware }),
  });

/**
 * The tags of the next definition. `kept` are those of the definition whose disk stays; without, the disk is new and
 * the guest is given everything afresh under an instance-id of its own.
 */
export function nextTags(
  assigned: AssignedInstance,
  previous: MachineTags | undefined,
  keepsDisk: boolean,
): MachineTags {
  const { machine, restartToken, recreateToken, epoch, specRevision, generation } = assigned;
  return present({
    epoch,
    specRevision,
    generation,
    restartToken: newestToken(restartToken, previous?.restartToken),
    recreateToken: newestToken(recreateToken, previous?.recreateToken),
    ...(keepsDisk && previous ? whatStays(assigned, previous) : whatIsNew(assigned, previous)),
    vcpu: machine.vcpu,
    memory: machine.memory,
    hostname: machine.hostname,
    interfaces: machine.interfaces,
    restarts: previous?.restarts ?? 0,
  });
}

const whatStays = ({ machine, specRevision }: AssignedInstance, previous: MachineTags) => {
  const { instanceId, guestDigest, imageKey, disk } = previous;
  const newest = newestRevision(previous);
  return {
    instanceId,
    guestDigest,
    imageKey,
    disk: Math.max(machine.disk, disk),
    lostRevision: newest > specRevision ? newest : undefined,
  };
};

const newestRevision = ({ specRevision, lostRevision = 0 }: MachineTags): number =>
  Math.max(specRevision, lostRevision);

const whatIsNew = (assigned: AssignedInstance, previous: MachineTags | undefined) => ({
  instanceId: freshInstanceId(assigned, previous),
  guestDigest: derived(assigned).guestDigest,
  imageKey: derived(assigned).imageKey,
  disk: assigned.machine.disk,
});

/** The uid at first; after a recreate something new, so that cloud-init runs its once-per-instance parts again. */
function freshInstanceId(assigned: AssignedInstance, previous: MachineTags | undefined): string {
  if (!previous) return assigned.uid;
  return `${assigned.uid}-${sha256Hex(`${assigned.specRevision}/${assigned.recreateToken ?? ""}`).slice(0, 8)}`;
}

export interface Pending {
  readonly restart: string[];
  readonly recreate: string[];
  readonly guestConfig: string[];
}

/** Spec paths whose change has not reached the guest, by what it takes to get there. */
export function pendingChanges(assigned: AssignedInstance, tags: MachineTags | undefined): Pending {
  if (!tags) return { restart: [], recreate: [], guestConfig: [] };
  const { machine } = assigned;
  const restart: readonly (readonly [string, boolean])[] = [
    ["spec.resources.vcpu", machine.vcpu !== tags.vcpu],
    ["spec.resources.memory", machine.memory !== tags.memory],
    ["spec.resources.disk", machine.disk > tags.disk],
    ["spec.hostname", machine.hostname !== tags.hostname],
    ["spec.interfaces", machine.interfaces !== tags.interfaces && derived(assigned).wiring !== wiring(tags.interfaces)],
  ];
  const recreate: readonly (readonly [string, boolean])[] = [
    ["spec.image", derived(assigned).imageKey !== tags.imageKey],
    ["spec.resources.disk", machine.disk < tags.disk],
  ];
  return { restart: named(restart), recreate: named(recreate), guestConfig: changedGuestFields(assigned, tags) };
}

/**
 * Asked for by a token, or by a change that updatePolicy lets us carry out. A spec older than the definition is no
 * change anybody made: etcd lost history.
 */
export function mustRecreate(assigned: AssignedInstance, tags: MachineTags): boolean {
  if (isNewerToken(assigned.recreateToken, tags.recreateToken)) return true;
  if (!assigned.recreateOnChange || assigned.specRevision < newestRevision(tags)) return false;
  const { recreate, guestConfig } = pendingChanges(assigned, tags);
  return recreate.length > 0 || guestConfig.length > 0;
}

const named = (rows: readonly (readonly [string, boolean])[]): string[] =>
  rows.filter(([, changed]) => changed).map(([path]) => path);

/** Addresses are guest configuration; the rest is hardware. */
const wiring = (interfaces: readonly MachineInterface[]): string =>
  canonicalJson(interfaces.map(({ addresses: _addresses, ...hardware }) => hardware));

function changedGuestFields(assigned: AssignedInstance, tags: MachineTags): string[] {
  const { guestDigests: now, guestDigest } = derived(assigned);
  if (guestDigest === tags.guestDigest) return [];
  const before = parseDigests(tags.guestDigest);
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((path) => before[path] !== now[path])
    .sort();
}

function parseDigests(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}
