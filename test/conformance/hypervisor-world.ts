import { randomBytes, randomUUID } from "node:crypto";
import type { Hypervisor, MachineIdentity, MachineTags, Seed } from "../../hypervisor/hypervisor.ts";
import { HypervisorError } from "../../hypervisor/hypervisor-error.ts";
import type { Machine, MachineImage } from "../../resources/assignment.ts";

/** A host under test, with other people's things on it. */
export interface HypervisorWorld {
  readonly hypervisor: Hypervisor;
  /** Closes the hypervisor and opens it again, as a restarted node controller does. */
  reopen(): Promise<void>;
  /** An image of at most 64 MiB; its guest boots, gets an address and hears the power button. */
  readonly image: MachineImage;
  /** One whose guest halts at once, for what asks it nothing: a boot costs seconds. The same where nothing boots. */
  readonly halting: MachineImage;
  /** A domain of somebody else's; its name is `taken.taken`. */
  readonly foreignUuid: string;
  /** Everything about the foreign domain, network and file that must not change. */
  foreigners(): Promise<string>;
  /** What other people with access to the host do. */
  readonly others: {
    /** The guest powers itself off. */
    guestShutdown(uid: string): Promise<void>;
    destroy(uid: string): Promise<void>;
    undefine(uid: string): Promise<void>;
    /** The guest's process dies. Undefined: this implementation has none. */
    readonly crash?: (uid: string) => Promise<void>;
  };
  stop(): Promise<void>;
}

/** Where implementations differ by their nature; each is said where it is used. */
export interface HypervisorDifferences {
  /** Domains outlive the process that defined them. The test driver's live and die with its connections. */
  readonly outlives: boolean;
  /** A machine's process can be killed. */
  readonly crashes: boolean;
  /** Transient domains are known. The test driver forgets a domain that is undefined while it runs. */
  readonly transient: boolean;
  /** Guests take time to boot and hear the power button only then. */
  readonly bootSeconds: number;
}

export const MIB = 2 ** 20;

export interface MachineExample {
  readonly uid: string;
  readonly identity: MachineIdentity;
  readonly machine: Machine;
  readonly tags: MachineTags;
  readonly seed: Seed;
}

/** A machine of its own for one test. */
export function aMachine(image: MachineImage, changes: Partial<Machine> = {}): MachineExample {
  const uid = randomUUID();
  const name = `m-${uid.slice(0, 8)}`;
  const mac = `52:54:00:${randomBytes(3).toString("hex").match(/../g)?.join(":")}`;
  const interfaces = [{ name: "eth0", network: "vmctl0", mac }];
  const machine: Machine = {
    vcpu: 1,
    memory: 192 * MIB,
    disk: 128 * MIB,
    image,
    interfaces,
    hostname: name,
    ...changes,
  };
  return {
    uid,
    machine,
    identity: { uid, namespace: "default", name, epoch: 1 },
    tags: tagsFor(machine),
    seed: seedFor(machine),
  };
}

export function tagsFor(machine: Machine, changes: Partial<MachineTags> = {}): MachineTags {
  const { vcpu, memory, disk, hostname, interfaces } = machine;
  return {
    epoch: 1,
    specRevision: 17,
    generation: 1,
    instanceId: `i-${hostname}`,
    guestDigest: "0".repeat(64),
    imageKey: `file:/x y&<"'>`,
    restarts: 0,
    ...{ vcpu, memory, disk, hostname, interfaces },
    ...changes,
  };
}

const seedFor = ({ hostname, interfaces }: Machine): Seed => ({
  instanceId: `i-${hostname}`,
  hostname,
  sshKeys: [],
  interfaces,
});

export const never = new AbortController().signal;

/** Image, disk, seed and definition, in the node controller's order. */
export async function build(hypervisor: Hypervisor, example: MachineExample): Promise<void> {
  const { identity, machine, tags, seed } = example;
  const image = await hypervisor.fetchImage(machine.image, () => {}, never);
  await hypervisor.createDisk(identity, machine, image, never);
  await hypervisor.writeSeed(identity, seed);
  await hypervisor.define(identity, machine, tags);
}

export async function discard(hypervisor: Hypervisor, uid: string): Promise<void> {
  await hypervisor.destroy(uid);
  await hypervisor.remove(uid);
}

/** The code a call fails with; success, and errors that are not the contract's, fail the test. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof HypervisorError) return error.code;
    throw error;
  }
  throw new Error("the call succeeded");
}
