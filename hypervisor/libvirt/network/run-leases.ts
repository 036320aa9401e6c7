import type { MachineInterface } from "../../../resources/assignment.ts";
import type { Address } from "../../../resources/instance-status.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import type { MachineRecord } from "../record/machine-record.ts";
import type { RecordStore } from "../record/record-store.ts";
import { LibvirtError } from "../rpc/libvirt-error.ts";
import type { DhcpLease } from "../rpc/networks.ts";
import { earlierLeases, isDoubtful, isOfThisRun, type KnownLease, withLeases } from "./known-lease.ts";

/** So long a guest is waited for; one that has not asked for an address by then will not. */
const BOOT_MS = 120_000;

export interface RunLeasesOptions {
  readonly link: LibvirtLink;
  readonly records: RecordStore;
  readonly clock: Clock;
  /** Network of an interface that names neither network nor bridge. */
  readonly defaultNetwork: string;
}

/**
 * Tells addresses of the present run from those of the run before, which DHCP server and neighbour table keep while the
 * guest is off. What is known stands in the machine's record, so a restarted process tells the same (decision 0084).
 */
export class RunLeases {
  readonly #options: RunLeasesOptions;

  constructor(options: RunLeasesOptions) {
    this.#options = options;
  }

  /** To be asked right before a start; the answer turns what the record knows into what is known of earlier runs. */
  async atStart(interfaces: readonly MachineInterface[]): Promise<(record: MachineRecord) => MachineRecord> {
    const present: KnownLease[] = [];
    for (const nic of interfaces) {
      const leases = (await this.#leasesOf(nic)) ?? [];
      present.push(...leases.map(({ address, expiresAt }) => ({ mac: nic.mac, ip: address, earlier: expiresAt })));
    }
    const macs = new Set(interfaces.filter(({ bridge }) => !bridge).map(({ mac }) => mac));
    return ({ leases = [], ...record }) => {
      const known = leases.filter(({ mac }) => macs.has(mac));
      const earlier = earlierLeases(known, present);
      return earlier.length > 0 ? { ...record, leases: earlier } : record;
    };
  }

  /** Those of the addresses, all of one source, that were learnt in the present run. */
  async believed(uid: string, nic: MachineInterface, addresses: readonly Address[]): Promise<readonly Address[]> {
    const [first] = addresses;
    if (first?.source === "lease") return this.#leased(uid, nic, addresses);
    if (first?.source === "arp") return this.#neighbours(uid, nic, addresses);
    return addresses;
  }

  async #leased(uid: string, nic: MachineInterface, addresses: readonly Address[]): Promise<readonly Address[]> {
    const { records } = this.#options;
    const known = leaseFinder(await records.read(uid), nic);
    const doubtful = addresses.some(({ ip }) => isDoubtful(known(ip)));
    const leases = doubtful ? await this.#leasesOf(nic) : [];
    const expiries = leases && new Map(leases.map(({ address, expiresAt }) => [address, expiresAt]));
    const believed = addresses.filter(({ ip }) => isOfThisRun(known(ip), expiries));
    const news = believed.map(({ ip }) => ip).filter((ip) => !isOfPresentRun(known(ip)));
    if (news.length > 0) await records.update(uid, (record) => record && withNews(record, nic, news));
    return believed;
  }

  /**
   * A neighbour entry does not say when it was made. One that repeats an address which this machine has by DHCP is left
   * to DHCP, as long as the guest may yet be booting.
   */
  async #neighbours(uid: string, nic: MachineInterface, addresses: readonly Address[]): Promise<readonly Address[]> {
    const { records, clock } = this.#options;
    const record = await records.read(uid);
    const known = leaseFinder(record, nic);
    if (!record?.started || !isBooting(clock.now() - Date.parse(record.started.at))) return addresses;
    return addresses.filter(({ ip }) => known(ip)?.earlier === undefined);
  }

  /** Undefined: there is no DHCP server, or libvirt cannot ask it (its test driver). */
  async #leasesOf({ mac, network, bridge }: MachineInterface): Promise<readonly DhcpLease[] | undefined> {
    if (bridge) return undefined;
    const { link, defaultNetwork } = this.#options;
    const { networks } = link.quick;
    try {
      return await networks.getDhcpLeases(await networks.lookupByName(network ?? defaultNetwork), mac);
    } catch (error) {
      if (error instanceof LibvirtError) return undefined;
      throw error;
    }
  }
}

/** A start in the future is one before the clock was set back: nobody knows how long ago that was. */
const isBooting = (sinceStartMs: number): boolean => sinceStartMs >= 0 && sinceStartMs <= BOOT_MS;

const isOfPresentRun = (lease: KnownLease | undefined): boolean => lease !== undefined && lease.earlier === undefined;

const withNews = (record: MachineRecord, { mac }: MachineInterface, ips: readonly string[]): MachineRecord => ({
  ...record,
  leases: withLeases(record.leases ?? [], mac, ips),
});

const leaseFinder =
  (record: MachineRecord | undefined, nic: MachineInterface) =>
  (ip: string): KnownLease | undefined =>
    record?.leases?.find((lease) => lease.mac === nic.mac && lease.ip === ip);
