import type { ImageLogin, Machine, MachineImage, MachineInterface } from "../resources/assignment.ts";
import type { Amounts } from "../resources/hypervisor.ts";
import type { Address } from "../resources/instance-status.ts";
import type { HostFact } from "../resources/observed.ts";

/** With what its server asks for. */
export type ImageToFetch = MachineImage & { readonly login?: ImageLogin | undefined };

/**
 * One hypervisor, as the node controller needs it. Implementations: `libvirt/` (KVM, TCG) and `simulated/`.
 * One conformance suite.
 *
 * General promises
 * - Only machines that carry our ownership metadata are ever listed, changed or removed; a foreign domain that
 *   stands in the way of a name is a HypervisorError `NameTaken`.
 * - Every step is idempotent: what is already so is success; what is already gone is success.
 * - Files are removed by the exact paths that the record of the machine holds, never by pattern.
 * - Each call fails with a HypervisorError (code below); a failure deletes nothing and leaves what it began
 *   findable again (the record is written before the effect).
 * - Long calls (fetchImage, createDisk) honour the signal and leave no temporary files.
 */
export interface Hypervisor {
  /** What the host is and has. Never fails for a missing libvirt: says so in `facts`. */
  host(signal?: AbortSignal): Promise<HostState>;
  /** Every machine of ours, whatever its state, including records whose domain is gone, if they can be read. */
  list(signal?: AbortSignal): Promise<readonly MachineState[]>;
  /**
   * `undefined` when neither a domain nor a record of this uid exists. `RecordUnreadable` when there is no domain and
   * a record that cannot be read: then files may lie here, and nothing says which.
   */
  inspect(uid: string, signal?: AbortSignal): Promise<MachineState | undefined>;

  /**
   * Makes the image present and verified in the cache. Concurrent calls for one image share one download.
   * With `image.digest` or `image.checksum` the content must match (`ChecksumMismatch`). `login` goes to the URL's own
   * host alone.
   */
  fetchImage(image: ImageToFetch, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<CachedImage>;
  /** The cached copy if it is there and nothing needs fetching. */
  cachedImage(image: MachineImage): Promise<CachedImage | undefined>;

  /**
   * Writes the record, then an overlay disk of exactly `machine.disk` bytes on the cached image. An existing disk
   * of this record is never touched. `ImageTooLarge` if the image's virtual size is larger; `DiskFull`.
   */
  createDisk(identity: MachineIdentity, machine: Machine, image: CachedImage, signal: AbortSignal): Promise<void>;
  /** Grows the disk of a stopped machine; never shrinks (`DiskShrink`). */
  growDisk(uid: string, bytes: number): Promise<void>;
  /** (Re)writes the NoCloud seed, same bytes for the same input. */
  writeSeed(identity: MachineIdentity, seed: Seed): Promise<void>;
  /**
   * Defines or redefines the stopped domain. The guest's ABI of the first define (machine type, PCI addresses,
   * CPU model, MACs) is kept in later ones. `tags` are stored in the ownership metadata and come back in inspect.
   * A running domain runs on as it is, with the tags it was started with; one that somebody undefined is persistent
   * again.
   */
  define(identity: MachineIdentity, machine: Machine, tags: MachineTags): Promise<void>;
  /** Starts the defined domain. Already running: success. */
  start(uid: string): Promise<void>;
  /** Asks the guest (ACPI). Not running: success. Returns at once. */
  requestShutdown(uid: string): Promise<void>;
  /** Pulls the plug. Not running: success. */
  destroy(uid: string): Promise<void>;
  /** Removes disk and seed of a stopped machine (recreate); the domain stays defined. */
  removeDisk(uid: string): Promise<void>;
  /**
   * Undefines the stopped domain with all that libvirt keeps about it, removes our files, last the record.
   * `NameTaken` if the domain no longer carries our metadata: then neither it nor its files are ours to remove.
   * `RecordUnreadable` as in inspect: files that nothing proves to be ours are not removed.
   */
  remove(uid: string): Promise<void>;

  /**
   * Addresses by DHCP lease, guest agent, neighbour table, in this order per interface. Only what was learnt in the
   * present run: a lease of the run before is none until the guest has asked again.
   */
  addresses(uid: string, signal?: AbortSignal): Promise<AddressReport>;

  /** Tells that something about a machine may have changed (edge; the reconciler looks for itself). */
  onEvent(listener: (event: MachineEvent) => void): () => void;
  close(): Promise<void>;
}

export interface HostState {
  readonly hostname: string;
  readonly capacity: Amounts;
  /** What domains that are not ours may use. */
  readonly unmanaged: Amounts & { readonly domains: number };
  readonly virtType: "kvm" | "qemu";
  readonly versions: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly bridges: readonly string[];
  readonly pools: readonly string[];
  readonly traits: readonly string[];
  readonly facts: {
    readonly LibvirtReachable: HostFact;
    readonly KvmUsable: HostFact;
    readonly NetworkReady: HostFact;
    readonly StoragePoolReady: HostFact;
  };
}

export interface MachineIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly epoch: number;
}

/** What the domain was last defined with, kept in its metadata so that any later pass (or process) can compare. */
export interface MachineTags {
  readonly epoch: number;
  readonly specRevision: number;
  /** The newest spec revision of earlier definitions, when it is newer than this one's: etcd lost history since. */
  readonly lostRevision?: number;
  readonly generation: number;
  /** The restart and recreate tokens this definition has carried out. */
  readonly restartToken?: string;
  readonly recreateToken?: string;
  /** Instance-id the guest sees; changes only by recreate. */
  readonly instanceId: string;
  /** Digest of the guest configuration that this instance-id was first given. */
  readonly guestDigest: string;
  /** The image (source and digest) the disk was made from. */
  readonly imageKey: string;
  readonly vcpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly hostname: string;
  readonly interfaces: readonly MachineInterface[];
  /** Times the node started it again after it had ended. */
  readonly restarts: number;
}

export interface MachineState {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly epoch: number;
  /** `undefined`: only a record or files are left, or not yet defined. */
  readonly domain?: {
    readonly state: "running" | "paused" | "shutdown" | "shutoff" | "crashed";
    /** Why it is not running, as libvirt says it. */
    readonly stopReason?: "Requested" | "GuestShutdown" | "Crashed" | "Destroyed" | "HostRestarted" | "NeverStarted";
    /** RFC 3339; when the running domain was started. */
    readonly startedAt?: string;
    readonly tags: MachineTags;
    /** False once somebody undefined it behind our back (a running transient domain). */
    readonly persistent: boolean;
  };
  readonly disk: boolean;
  readonly seed: boolean;
}

export interface Seed {
  readonly instanceId: string;
  readonly hostname: string;
  readonly sshKeys: readonly string[];
  readonly interfaces: readonly MachineInterface[];
  readonly userData?: string;
  readonly networkConfig?: string;
  readonly vendorData?: string;
}

export interface Progress {
  readonly bytes: number;
  readonly total?: number;
}

export interface CachedImage {
  readonly path: string;
  readonly format: "qcow2" | "raw";
  /** `sha256:<hex>` of the file. */
  readonly digest: string;
  readonly virtualSize: number;
}

export interface AddressReport {
  readonly addresses: readonly Address[];
  /** True when no source on this host can ever tell (no lease, no agent, no neighbour entry to look up). */
  readonly unknowable: boolean;
}

/**
 * `connection`: libvirt came, went, or a fact about the host changed; any event may have been missed, so look at
 * everything again. Its uid is empty.
 * `network`: a network of the host came, went, was started or stopped. Its uid is empty.
 */
export interface MachineEvent {
  readonly uid: string;
  readonly kind: "started" | "stopped" | "defined" | "undefined" | "changed" | "address" | "connection" | "network";
}
