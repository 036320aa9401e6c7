import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostFact } from "../../resources/observed.ts";
import { Backoff, type Random } from "../../runtime/backoff.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import { writeIso9660 } from "../seed/iso9660.ts";
import { renderNoCloud, SEED_LABEL } from "../seed/nocloud.ts";
import { MachineDefiner } from "./domain/machine-definer.ts";
import { MachineReader } from "./domain/machine-reader.ts";
import { MachineRunner } from "./domain/machine-runner.ts";
import { hostCpuTraits } from "./host/cpu-traits.ts";
import { HostReader } from "./host/host-reader.ts";
import { storageTraits } from "./host/storage-traits.ts";
import { ImageCache } from "./image/image-cache.ts";
import { kvmEmulator } from "./kvm/kvm-emulator.ts";
import { KvmProbe } from "./kvm/kvm-probe.ts";
import { LibvirtHypervisor } from "./libvirt-hypervisor.ts";
import { LibvirtLink } from "./libvirt-link.ts";
import { MachineEvents } from "./machine-events.ts";
import { AddressReader } from "./network/address-reader.ts";
import { ManagedNetwork } from "./network/managed-network.ts";
import { NetworkChecks } from "./network/network-checks.ts";
import { OwnNetworkFact } from "./network/own-network-fact.ts";
import { RunLeases } from "./network/run-leases.ts";
import { MachineFiles } from "./record/machine-files.ts";
import { RecordStore } from "./record/record-store.ts";

export interface LibvirtHypervisorOptions {
  /** Names this host's records: `stateDir` defaults to `/var/lib/vmctl/<node>`. */
  readonly node: string;
  /** The socket; absent: virtqemud's, then libvirtd's. */
  readonly socketPath?: string;
  /** Default `qemu:///system`. `test:///…` runs libvirt's test driver. */
  readonly uri?: string;
  readonly poolDir?: string;
  readonly cacheDir?: string;
  readonly stateDir?: string;
  readonly consoleDir?: string;
  /** Where `file` images may lie; default `/var/lib/libvirt/images`. */
  readonly imageDirs?: readonly string[];
  /** Network of interfaces that name none, and the one that is ours; default `vmctl0`. */
  readonly network?: string;
  /** False: our network is neither made nor started (`vmctl node --observe`). Default true. */
  readonly manageNetwork?: boolean;
  /** The Hypervisor object's wish, asked at each define. Default auto: KVM if it is proved to work. */
  readonly virtType?: () => "auto" | "kvm" | "qemu";
  /** A kernel to prove KVM with when /boot has none. */
  readonly probeKernel?: string;
  /** How long an image server may be silent, in milliseconds; default 30 s. */
  readonly silenceMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const SOCKETS = ["/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock"] as const;

type Settings = Required<Omit<LibvirtHypervisorOptions, "socketPath" | "probeKernel">> & {
  readonly sockets: readonly string[];
  readonly probeKernel: string | undefined;
};

/**
 * Opens the directories and tries libvirt once; it need not answer (see HostState.facts), and is tried again until it
 * does. Errors are those of the file system: without its directories a host is of no use.
 */
export async function openLibvirtHypervisor(options: LibvirtHypervisorOptions): Promise<LibvirtHypervisor> {
  const settings = withDefaults(options);
  await makeDirectories(settings);
  const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const records = await RecordStore.open(settings.stateDir, settings.log);
  const events = new MachineEvents(records, settings.log);
  const link = await openLink(settings, events);
  const files = new MachineFiles(records, settings);
  const reader = new MachineReader({ link, records, files, bootId });
  const leases = new RunLeases({ link, records, clock: settings.clock, defaultNetwork: settings.network });
  const runner = new MachineRunner({ link, records, reader, leases, clock: settings.clock, bootId });
  events.recordWith(runner);
  const kvm = KvmProbe.start({
    ...settings,
    bootId,
    askLibvirt: (signal) => kvmEmulator(link, settings.clock, signal),
    onKnown: () => events.connection(),
  });
  const network = new ManagedNetwork(link, settings.network);
  const ownNetwork = new OwnNetworkFact(network, link, settings);
  await ownNetwork.look();
  return new LibvirtHypervisor({
    link,
    files,
    reader,
    runner,
    events,
    network,
    images: await ImageCache.open(settings),
    definer: newDefiner(settings, { link, records, files, reader, kvm, ownNetwork }),
    hostReader: newHostReader(settings, await foundTraits(settings), { link, reader, kvm, ownNetwork }),
    addressReader: new AddressReader(link, leases),
    seedImage: (seed) => writeIso9660({ label: SEED_LABEL, files: renderNoCloud(seed) }),
    stopBackground: () => kvm.stop(),
  });
}

interface Parts {
  readonly link: LibvirtLink;
  readonly reader: MachineReader;
  readonly kvm: KvmProbe;
  readonly ownNetwork: OwnNetworkFact;
}

interface DefinerParts extends Parts {
  readonly records: RecordStore;
  readonly files: MachineFiles;
}

function newDefiner(settings: Settings, { link, records, files, reader, kvm, ownNetwork }: DefinerParts) {
  return new MachineDefiner({
    link,
    records,
    files,
    reader,
    networks: new NetworkChecks(link, ownNetwork),
    defaultNetwork: settings.network,
    domainType: () => (settings.uri.startsWith("test:") ? "test" : wantedType(settings, kvm)),
  });
}

interface FoundTraits {
  readonly cpu: readonly string[];
  readonly storage: readonly string[];
}

const foundTraits = async ({ poolDir }: Settings): Promise<FoundTraits> => ({
  cpu: await hostCpuTraits(),
  storage: await storageTraits(poolDir),
});

function newHostReader(settings: Settings, found: FoundTraits, { link, reader, kvm, ownNetwork }: Parts): HostReader {
  return new HostReader({
    link,
    reader,
    poolDir: settings.poolDir,
    kvmUsable: () => withConsequence(kvm.fact, wantedType(settings, kvm)),
    networkReady: () => ownNetwork.look(),
    virtType: () => wantedType(settings, kvm),
    traits: () => [...(kvm.fact.ok ? found.cpu : []), ...found.storage],
  });
}

function wantedType({ virtType }: Settings, kvm: KvmProbe): "kvm" | "qemu" {
  const wanted = virtType();
  if (wanted !== "auto") return wanted;
  return kvm.fact.ok ? "kvm" : "qemu";
}

/** What it means for guests here, where no kvm was asked for. */
const withConsequence = (fact: HostFact, type: "kvm" | "qemu"): HostFact =>
  fact.ok || type === "kvm" ? fact : { ...fact, message: `${fact.message}; guests are emulated` };

function openLink(settings: Settings, events: MachineEvents): Promise<LibvirtLink> {
  return LibvirtLink.start({
    ...settings,
    backoff: new Backoff({ baseMs: 100, maxMs: 5000, random: settings.random }),
    onDomainEvent: (event) => events.domain(event),
    onAgentEvent: (uuid) => events.agent(uuid),
    onNetworkEvent: () => events.network(),
    onChange: () => events.connection(),
  });
}

/** QEMU's user must be able to pass through to its own files, and need not be able to list them. */
async function makeDirectories({ poolDir, cacheDir, stateDir, consoleDir }: Settings): Promise<void> {
  for (const dir of [poolDir, cacheDir, consoleDir]) await mkdir(dir, { recursive: true, mode: 0o711 });
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
}

function withDefaults(options: LibvirtHypervisorOptions): Settings {
  const { socketPath, ...rest } = options;
  const poolDir = options.poolDir ?? "/var/lib/libvirt/images/vmctl";
  return {
    uri: "qemu:///system",
    poolDir,
    cacheDir: join(poolDir, "cache"),
    stateDir: join("/var/lib/vmctl", options.node),
    consoleDir: "/var/log/libvirt/vmctl",
    imageDirs: ["/var/lib/libvirt/images"],
    network: "vmctl0",
    manageNetwork: true,
    virtType: () => "auto",
    silenceMs: 30_000,
    probeKernel: undefined,
    ...rest,
    sockets: socketPath ? [socketPath] : SOCKETS,
  };
}
