import type { Machine, MachineImage } from "../../resources/assignment.ts";
import type { Random } from "../../runtime/backoff.ts";
import { domainName } from "../domain-name.ts";
import type {
  AddressReport,
  CachedImage,
  HostState,
  Hypervisor,
  ImageToFetch,
  MachineEvent,
  MachineIdentity,
  MachineState,
  MachineTags,
  Progress,
  Seed,
} from "../hypervisor.ts";
import { HypervisorError, type HypervisorErrorCode } from "../hypervisor-error.ts";
import { imageTooLarge } from "../image-too-large.ts";
import { FaultPlan } from "./fault-plan.ts";
import { simulatedAddresses } from "./simulated-addresses.ts";
import type { SimulatedDomain, SimulatedHost, SimulatedMachine } from "./simulated-host.ts";
import { simulatedHostState } from "./simulated-host-state.ts";
import { simulatedImage, sourceOf } from "./simulated-image.ts";

export interface SimulatedHypervisorOptions {
  readonly host: SimulatedHost;
  readonly random: Random;
  /** Share of the calls that change something and fail (default 0). */
  readonly failRate?: number;
  /** How long fetching an image takes (default 0). */
  readonly fetchMs?: number;
  /** Sources (url or path) that cannot be had, and why. */
  readonly brokenImages?: ReadonlyMap<string, HypervisorErrorCode>;
}

/** The contract without a hypervisor: many hosts fit in one process, time is the clock's, faults are seeded. */
export class SimulatedHypervisor implements Hypervisor {
  readonly #options: SimulatedHypervisorOptions;
  readonly #host: SimulatedHost;
  readonly #faults: FaultPlan;
  readonly #unlisten = new Set<() => void>();

  constructor(options: SimulatedHypervisorOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#faults = new FaultPlan(options.failRate ?? 0, options.random);
  }

  async host(): Promise<HostState> {
    return simulatedHostState(this.#host);
  }

  async list(): Promise<readonly MachineState[]> {
    this.#reach();
    const readable = [...this.#host.machines.values()].filter(
      ({ identity }) => !this.#host.unreadable.has(identity.uid),
    );
    return readable.map(stateOf);
  }

  async inspect(uid: string): Promise<MachineState | undefined> {
    this.#reach();
    this.#readRecord(uid);
    const machine = this.#host.machines.get(uid);
    return machine && stateOf(machine);
  }

  fetchImage(image: ImageToFetch, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<CachedImage> {
    return this.#faults.run("fetching the image", async () => {
      signal.throwIfAborted();
      const broken = this.#options.brokenImages?.get(sourceOf(image));
      if (broken) throw new HypervisorError(broken, sourceOf(image));
      const cached = simulatedImage(image);
      onProgress({ bytes: 0, total: cached.virtualSize });
      if (this.#options.fetchMs) await this.#host.clock.sleep(this.#options.fetchMs, signal);
      onProgress({ bytes: cached.virtualSize, total: cached.virtualSize });
      this.#host.images.add(sourceOf(image));
      return cached;
    });
  }

  async cachedImage(image: MachineImage): Promise<CachedImage | undefined> {
    return this.#host.images.has(sourceOf(image)) ? simulatedImage(image) : undefined;
  }

  createDisk(identity: MachineIdentity, machine: Machine, image: CachedImage, signal: AbortSignal): Promise<void> {
    return this.#change("creating the disk", () => {
      signal.throwIfAborted();
      const record = this.#claim(identity);
      if (record.disk !== undefined) return;
      if (image.virtualSize > machine.disk) throw imageTooLarge(image.virtualSize, machine.disk);
      record.disk = machine.disk;
    });
  }

  growDisk(uid: string, bytes: number): Promise<void> {
    return this.#change("growing the disk", () => {
      const machine = this.#stopped(uid);
      if (machine?.disk === undefined) throw new HypervisorError("NotDefined", `${uid} has no disk`);
      if (bytes < machine.disk) throw new HypervisorError("DiskShrink", `${machine.disk} to ${bytes} bytes`);
      machine.disk = bytes;
    });
  }

  writeSeed(identity: MachineIdentity, seed: Seed): Promise<void> {
    return this.#change("writing the seed", () => {
      this.#claim(identity).seed = seed;
    });
  }

  define(identity: MachineIdentity, machine: Machine, tags: MachineTags): Promise<void> {
    return this.#change("defining the domain", () => {
      this.#refuseForeign(identity);
      this.#checkNetworks(machine);
      const record = this.#claim(identity);
      if (record.domain) Object.assign(record.domain, { machine, tags, persistent: true });
      else record.domain = newDomain(machine, tags);
      this.#host.tell(identity.uid, "defined");
    });
  }

  start(uid: string): Promise<void> {
    return this.#change("starting the domain", () => {
      const domain = this.#host.machines.get(uid)?.domain;
      if (!domain) throw new HypervisorError("NotDefined", `no domain of ours with uuid ${uid}`);
      if (domain.startedAt !== undefined) return;
      this.#checkNetworks(domain.machine);
      if (this.#host.machines.get(uid)?.disk === undefined)
        throw new HypervisorError("StartFailed", "the disk is not there");
      this.#host.run(uid, domain);
    });
  }

  requestShutdown(uid: string): Promise<void> {
    return this.#change("asking the guest to shut down", () => {
      const domain = this.#host.machines.get(uid)?.domain;
      if (domain?.startedAt === undefined || !domain.hasBooted) return;
      domain.cancel();
      domain.cancel = this.#host.clock.after(this.#host.shutdownMs, () => this.#host.end(uid, "Requested"));
    });
  }

  destroy(uid: string): Promise<void> {
    return this.#change("destroying the domain", () => this.#host.end(uid, "Requested"));
  }

  removeDisk(uid: string): Promise<void> {
    return this.#change("removing the disk", () => {
      const machine = this.#stopped(uid);
      delete machine?.disk;
      delete machine?.seed;
    });
  }

  remove(uid: string): Promise<void> {
    return this.#change("removing the machine", () => {
      this.#stopped(uid);
      if (this.#host.machines.delete(uid)) this.#host.tell(uid, "undefined");
    });
  }

  async addresses(uid: string): Promise<AddressReport> {
    this.#reach();
    const domain = this.#host.machines.get(uid)?.domain;
    return domain ? simulatedAddresses(domain) : { addresses: [], unknowable: false };
  }

  onEvent(listener: (event: MachineEvent) => void): () => void {
    const stop = this.#host.listen(listener);
    this.#unlisten.add(stop);
    return () => {
      this.#unlisten.delete(stop);
      stop();
    };
  }

  /** Guests run on. */
  async close(): Promise<void> {
    for (const stop of this.#unlisten) stop();
  }

  async #change(doing: string, effect: () => void): Promise<void> {
    this.#reach();
    await this.#faults.run(doing, effect);
  }

  #reach(): void {
    if (this.#host.unreachable) throw new HypervisorError("LibvirtUnreachable", "simulated: nothing answers");
  }

  #readRecord(uid: string): void {
    if (this.#host.unreadable.has(uid))
      throw new HypervisorError("RecordUnreadable", `simulated: the record of ${uid}`);
  }

  #claim(identity: MachineIdentity): SimulatedMachine {
    const { uid, namespace, name, epoch } = identity;
    this.#readRecord(uid);
    const machine = this.#host.machines.get(uid) ?? { identity };
    machine.identity = { uid, namespace, name, epoch };
    this.#host.machines.set(uid, machine);
    return machine;
  }

  #stopped(uid: string): SimulatedMachine | undefined {
    this.#readRecord(uid);
    const machine = this.#host.machines.get(uid);
    if (machine?.domain?.startedAt !== undefined) throw new HypervisorError("StillRunning", `domain ${uid} runs`);
    return machine;
  }

  #refuseForeign(identity: MachineIdentity): void {
    const name = domainName(identity);
    const others = [...this.#host.machines.values()].filter((machine) => machine.identity.uid !== identity.uid);
    const names = others.filter(({ domain }) => domain).map((machine) => domainName(machine.identity));
    for (const domain of this.#host.foreign.values()) {
      if (domain.name === name || domain.uuid === identity.uid) names.push(name);
    }
    if (names.includes(name)) throw new HypervisorError("NameTaken", `domain ${name} is somebody else's`);
  }

  #checkNetworks({ interfaces }: Machine): void {
    for (const { network = "vmctl0", bridge } of interfaces) {
      if (bridge && !this.#host.bridges.has(bridge)) throw new HypervisorError("BridgeNotFound", bridge);
      if (!bridge && !this.#host.networks.has(network)) throw new HypervisorError("NetworkNotFound", network);
    }
  }
}

function newDomain(machine: Machine, tags: MachineTags): SimulatedDomain {
  const state = { state: "shutoff", stopReason: "NeverStarted", startedAt: undefined, hasBooted: false } as const;
  return { machine, tags, liveTags: tags, ...state, persistent: true, cancel: () => {} };
}

function stateOf({ identity, disk, seed, domain }: SimulatedMachine): MachineState {
  const { uid, namespace, name, epoch } = identity;
  const machine = { uid, namespace, name, epoch, disk: disk !== undefined, seed: seed !== undefined };
  return domain ? { ...machine, domain: described(domain) } : machine;
}

function described(domain: SimulatedDomain): NonNullable<MachineState["domain"]> {
  const { state, persistent, startedAt, stopReason, tags, liveTags } = domain;
  return startedAt === undefined
    ? { state, stopReason, tags, persistent }
    : { state, startedAt, tags: liveTags, persistent };
}
