import { statfs } from "node:fs/promises";
import { cpus, hostname, totalmem } from "node:os";
import type { HostFact } from "../../../resources/observed.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { HostState } from "../../hypervisor.ts";
import type { MachineReader } from "../domain/machine-reader.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import { hostBridges } from "../network/host-links.ts";
import { LibvirtError } from "../rpc/libvirt-error.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { architectureTraits, machineTraits, virtTypeTrait } from "./machine-traits.ts";
import { unmanagedDomains } from "./unmanaged-domains.ts";

export interface HostReaderOptions {
  readonly link: LibvirtLink;
  readonly reader: MachineReader;
  readonly poolDir: string;
  readonly kvmUsable: () => HostFact;
  readonly networkReady: () => Promise<HostFact>;
  readonly virtType: () => "kvm" | "qemu";
  /** What libvirt does not tell: processor and disk. */
  readonly traits: () => readonly string[];
}

type FromLibvirt = Pick<HostState, "hostname" | "unmanaged" | "versions" | "networks" | "pools"> & {
  readonly vcpu: number;
  readonly memory: number;
  readonly traits: readonly string[];
};

/** See Hypervisor.host. The last answer of libvirt stands in while it does not answer; before any, what the kernel says. */
export class HostReader {
  readonly #options: HostReaderOptions;
  #last: FromLibvirt = {
    hostname: hostname(),
    unmanaged: { domains: 0, vcpu: 0, memory: 0, disk: 0 },
    versions: {},
    networks: [],
    pools: [],
    vcpu: cpus().length,
    memory: totalmem(),
    traits: [],
  };
  /** libvirt's answer of one version for one virtType never changes. */
  #machineTraits: { readonly of: string; readonly traits: readonly string[] } | undefined;

  constructor(options: HostReaderOptions) {
    this.#options = options;
  }

  async read(signal?: AbortSignal): Promise<HostState> {
    const { virtType, traits, kvmUsable, networkReady } = this.#options;
    const reachable = await this.#askLibvirt(signal);
    const pool = await this.#pool();
    const { vcpu, memory, traits: told, ...rest } = this.#last;
    return {
      ...rest,
      capacity: { vcpu, memory, disk: pool.disk },
      virtType: virtType(),
      bridges: await hostBridges(),
      traits: [...new Set([...told, ...traits(), virtTypeTrait(virtType())])].sort(),
      facts: {
        LibvirtReachable: reachable,
        KvmUsable: kvmUsable(),
        NetworkReady: await networkReady(),
        StoragePoolReady: pool.fact,
      },
    };
  }

  async #askLibvirt(signal?: AbortSignal): Promise<HostFact> {
    try {
      this.#last = await this.#fromLibvirt(signal);
      return { ok: true, reason: "Connected", message: `libvirt ${this.#last.versions["libvirt"]}` };
    } catch (error) {
      signal?.throwIfAborted();
      return { ok: false, reason: "LibvirtUnreachable", message: messageOf(error) };
    }
  }

  async #fromLibvirt(signal?: AbortSignal): Promise<FromLibvirt> {
    const { link, reader } = this.#options;
    const { node, networks, pools } = link.quick;
    const info = await node.getInfo({ signal });
    // NodeInfo counts NUMA cells, which miss memory that was plugged in later; the test driver has no statistics.
    const memoryKiB = await node.getMemoryStats({ signal }).then((stats) => stats.get("total"), refusedIsUndefined);
    const versions = {
      libvirt: await node.getLibVersion({ signal }),
      [(await node.getType({ signal })).toLowerCase()]: await node.getVersion({ signal }),
    };
    return {
      hostname: await node.getHostname({ signal }),
      vcpu: info.cpus,
      memory: (memoryKiB ?? info.memoryKiB) * 1024,
      unmanaged: await unmanagedDomains(link, reader, signal),
      versions,
      traits: [...architectureTraits(info.model), ...(await this.#machines(JSON.stringify(versions), signal))],
      networks: (await networks.list(0, { signal })).map(({ name }) => name).sort(),
      pools: (await pools.list(0, { signal })).map(({ name }) => name).sort(),
    };
  }

  async #machines(versions: string, signal?: AbortSignal): Promise<readonly string[]> {
    const virtType = this.#options.virtType();
    const of = `${virtType} ${versions}`;
    if (this.#machineTraits?.of === of) return this.#machineTraits.traits;
    const query = { virtType, arch: "x86_64", machine: "q35" };
    const xml = await this.#options.link.quick.node.getDomainCapabilities(query, { signal }).catch(refusedIsUndefined);
    const traits = xml === undefined ? [] : machineTraits(parseXml(xml));
    this.#machineTraits = { of, traits };
    return traits;
  }

  async #pool(): Promise<{ readonly disk: number; readonly fact: HostFact }> {
    const { poolDir } = this.#options;
    try {
      const { blocks, bavail, bsize } = await statfs(poolDir);
      const ok = bavail > 0;
      // Free bytes would change with every look, and a host's record is written when it changes.
      const message = ok ? poolDir : `${poolDir}: no space left`;
      return { disk: blocks * bsize, fact: { ok, reason: ok ? "Ready" : "DiskFull", message } };
    } catch (error) {
      return { disk: 0, fact: { ok: false, reason: "Unreadable", message: messageOf(error) } };
    }
  }
}

function refusedIsUndefined(error: unknown): undefined {
  if (!(error instanceof LibvirtError)) throw error;
}
