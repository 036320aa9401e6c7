import type { Machine } from "../../resources/assignment.ts";
import type { Amounts } from "../../resources/hypervisor.ts";
import type { StopReason } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";
import { timestamp } from "../../runtime/clock.ts";
import type { MachineEvent, MachineIdentity, MachineTags, Seed } from "../hypervisor.ts";

export interface SimulatedHostOptions {
  readonly clock: Clock;
  readonly hostname?: string;
  /** Default 8 CPUs, 16 GiB, 200 GiB. */
  readonly capacity?: Amounts;
  /** From start until the guest has an address (default 1000). */
  readonly bootMs?: number;
  /** From the request until the guest is off (default 500). */
  readonly shutdownMs?: number;
  /** Default `vmctl0` and `default`. */
  readonly networks?: readonly string[];
  readonly bridges?: readonly string[];
  /** Default: those of every host that runs machines of ours. */
  readonly traits?: readonly string[];
}

const TRAITS = ["COMPUTE_ARCH_X86_64", "COMPUTE_FIRMWARE_BIOS", "CUSTOM_VIRT_TYPE_QEMU", "HW_ARCH_X86_64"];

export interface SimulatedMachine {
  identity: MachineIdentity;
  disk?: number;
  seed?: Seed;
  domain?: SimulatedDomain;
}

export interface SimulatedDomain {
  machine: Machine;
  tags: MachineTags;
  /** What the running one was started with; define changes the other. */
  liveTags: MachineTags;
  state: "running" | "paused" | "shutoff" | "crashed";
  stopReason: StopReason;
  startedAt: string | undefined;
  hasBooted: boolean;
  persistent: boolean;
  /** Cancels what this run is waiting for. */
  cancel: () => void;
}

interface ForeignDomain {
  readonly uuid: string;
  readonly name: string;
  readonly uses: Amounts;
}

/**
 * A host in memory: what lives on while node controllers come and go, and what may be done to it behind their backs.
 * SimulatedHypervisor is the way in.
 */
export class SimulatedHost {
  readonly clock: Clock;
  readonly hostname: string;
  readonly capacity: Amounts;
  readonly bootMs: number;
  readonly shutdownMs: number;
  readonly networks: Set<string>;
  readonly bridges: Set<string>;
  readonly traits: ReadonlySet<string>;
  readonly machines = new Map<string, SimulatedMachine>();
  readonly foreign = new Map<string, ForeignDomain>();
  readonly images = new Set<string>();
  /** Uids without a domain whose record cannot be read. */
  readonly unreadable = new Set<string>();
  /** Nothing answers while true. */
  unreachable = false;
  readonly #listeners = new Set<(event: MachineEvent) => void>();

  constructor(options: SimulatedHostOptions) {
    this.clock = options.clock;
    this.hostname = options.hostname ?? "simulated";
    this.capacity = options.capacity ?? { vcpu: 8, memory: 16 * 2 ** 30, disk: 200 * 2 ** 30 };
    this.bootMs = options.bootMs ?? 1000;
    this.shutdownMs = options.shutdownMs ?? 500;
    this.networks = new Set(options.networks ?? ["vmctl0", "default"]);
    this.bridges = new Set(options.bridges);
    this.traits = new Set(options.traits ?? TRAITS);
  }

  listen(listener: (event: MachineEvent) => void): () => void {
    const own = (event: MachineEvent) => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(uid: string, kind: MachineEvent["kind"]): void {
    for (const listener of this.#listeners) listener({ uid, kind });
  }

  run(uid: string, domain: SimulatedDomain): void {
    domain.state = "running";
    domain.startedAt = timestamp(this.clock);
    domain.liveTags = domain.tags;
    domain.hasBooted = false;
    domain.cancel = this.clock.after(this.bootMs, () => {
      domain.hasBooted = true;
      this.tell(uid, "address");
    });
    this.tell(uid, "started");
  }

  /** The domain ends, by whoever's hand; a transient one is gone. Not running: nothing happens. */
  end(uid: string, stopReason: StopReason): void {
    const machine = this.machines.get(uid);
    const domain = machine?.domain;
    if (!machine || !domain || domain.state === "shutoff" || domain.state === "crashed") return;
    domain.cancel();
    domain.state = stopReason === "Crashed" ? "crashed" : "shutoff";
    domain.stopReason = stopReason;
    domain.startedAt = undefined;
    if (!domain.persistent) delete machine.domain;
    this.tell(uid, "stopped");
  }

  /** `virsh undefine` behind our back: a running domain becomes transient, another one is gone. */
  undefine(uid: string): void {
    const machine = this.machines.get(uid);
    if (!machine?.domain) return;
    if (machine.domain.startedAt === undefined) delete machine.domain;
    else machine.domain.persistent = false;
    this.tell(uid, "undefined");
  }

  /** Power cut: every domain is off, transient ones are gone. */
  reboot(): void {
    for (const uid of this.machines.keys()) this.end(uid, "HostRestarted");
    this.tell("", "connection");
  }

  /** Cancels what guests are waiting for. */
  close(): void {
    this.#listeners.clear();
    for (const { domain } of this.machines.values()) domain?.cancel();
  }
}
