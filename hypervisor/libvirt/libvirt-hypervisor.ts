import type { Machine, MachineImage } from "../../resources/assignment.ts";
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
import { HypervisorError } from "../hypervisor-error.ts";
import { createOverlay, growOverlay } from "./disk/overlay-disk.ts";
import type { MachineDefiner } from "./domain/machine-definer.ts";
import type { MachineReader } from "./domain/machine-reader.ts";
import type { MachineRunner } from "./domain/machine-runner.ts";
import type { HostReader } from "./host/host-reader.ts";
import type { ImageCache } from "./image/image-cache.ts";
import type { LibvirtLink } from "./libvirt-link.ts";
import type { MachineEvents } from "./machine-events.ts";
import type { AddressReader } from "./network/address-reader.ts";
import type { ManagedNetwork } from "./network/managed-network.ts";
import type { MachineFiles } from "./record/machine-files.ts";
import { libvirtCall } from "./translate-libvirt-error.ts";

export interface LibvirtHypervisorParts {
  readonly link: LibvirtLink;
  readonly files: MachineFiles;
  readonly images: ImageCache;
  readonly reader: MachineReader;
  readonly definer: MachineDefiner;
  readonly runner: MachineRunner;
  readonly hostReader: HostReader;
  readonly addressReader: AddressReader;
  readonly network: ManagedNetwork;
  readonly seedImage: (seed: Seed) => Uint8Array;
  readonly events: MachineEvents;
  /** Ends what runs beside the calls. */
  readonly stopBackground: () => Promise<void>;
}

/** The contract on one libvirt. Every step re-reads what is there; nothing is remembered between calls. */
export class LibvirtHypervisor implements Hypervisor {
  readonly #parts: LibvirtHypervisorParts;

  constructor(parts: LibvirtHypervisorParts) {
    this.#parts = parts;
  }

  host(signal?: AbortSignal): Promise<HostState> {
    return this.#parts.hostReader.read(signal);
  }

  list(signal?: AbortSignal): Promise<readonly MachineState[]> {
    return libvirtCall("listing domains", "LibvirtFailed", () => this.#parts.reader.list(signal));
  }

  inspect(uid: string, signal?: AbortSignal): Promise<MachineState | undefined> {
    return libvirtCall("looking at the domain", "LibvirtFailed", () => this.#parts.reader.inspect(uid, signal));
  }

  fetchImage(image: ImageToFetch, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<CachedImage> {
    return this.#parts.images.fetch(image, onProgress, signal);
  }

  cachedImage(image: MachineImage): Promise<CachedImage | undefined> {
    return this.#parts.images.cached(image);
  }

  async createDisk(
    identity: MachineIdentity,
    machine: Machine,
    image: CachedImage,
    signal: AbortSignal,
  ): Promise<void> {
    const { files } = await this.#parts.files.claim(identity);
    await createOverlay(files.disk, image, machine.disk, signal);
  }

  async growDisk(uid: string, bytes: number): Promise<void> {
    const { record } = await this.#stopped("growing the disk", uid);
    if (!record) throw new HypervisorError("NotDefined", `nothing is known of ${uid}`);
    await growOverlay(record.files.disk, bytes);
  }

  async writeSeed(identity: MachineIdentity, seed: Seed): Promise<void> {
    const record = await this.#parts.files.claim(identity);
    await this.#parts.files.writeSeed(record, this.#parts.seedImage(seed));
  }

  define(identity: MachineIdentity, machine: Machine, tags: MachineTags): Promise<void> {
    return libvirtCall("defining the domain", "DefineRefused", () =>
      this.#parts.definer.define(identity, machine, tags),
    );
  }

  start(uid: string): Promise<void> {
    return libvirtCall("starting the domain", "StartFailed", () => this.#parts.runner.start(uid));
  }

  requestShutdown(uid: string): Promise<void> {
    return libvirtCall("asking the guest to shut down", "LibvirtFailed", () => this.#parts.runner.requestShutdown(uid));
  }

  destroy(uid: string): Promise<void> {
    return libvirtCall("destroying the domain", "LibvirtFailed", () => this.#parts.runner.destroy(uid));
  }

  async removeDisk(uid: string): Promise<void> {
    const { record } = await this.#stopped("removing the disk", uid);
    if (record) await this.#parts.files.removeDiskAndSeed(record);
  }

  async remove(uid: string): Promise<void> {
    const { record, domain } = await this.#stopped("removing the domain", uid);
    if (domain) {
      await libvirtCall("removing the domain", "LibvirtFailed", () => this.#parts.runner.undefine(domain.ref));
    }
    if (record) await this.#parts.files.removeAll(record);
  }

  addresses(uid: string, signal?: AbortSignal): Promise<AddressReport> {
    return libvirtCall("asking for addresses", "LibvirtFailed", async () => {
      const domain = await this.#parts.reader.owned(uid, signal);
      return domain ? this.#parts.addressReader.read(domain, signal) : { addresses: [], unknowable: false };
    });
  }

  /** Our network: defined, started, autostarted. Also done by itself whenever libvirt is connected to. */
  ensureNetwork(): Promise<void> {
    return libvirtCall("making our network", "LibvirtFailed", () => this.#parts.network.ensure());
  }

  /** Takes our network away, if it is ours and nobody uses it. */
  removeNetwork(): Promise<void> {
    return libvirtCall("removing our network", "LibvirtFailed", () => this.#parts.network.remove());
  }

  onEvent(listener: (event: MachineEvent) => void): () => void {
    return this.#parts.events.listen(listener);
  }

  async close(): Promise<void> {
    await this.#parts.stopBackground();
    await this.#parts.link.close();
    await this.#parts.events.close();
    await this.#parts.images.close();
  }

  /** A machine that is off or has no domain, and what is on record of it. */
  #stopped(doing: string, uid: string) {
    return libvirtCall(doing, "LibvirtFailed", async () => {
      const domain = await this.#parts.runner.stopped(uid);
      return { domain, record: await this.#parts.reader.record(uid, domain) };
    });
  }
}
