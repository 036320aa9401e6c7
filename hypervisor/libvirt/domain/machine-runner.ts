import { type Clock, timestamp } from "../../../runtime/clock.ts";
import { HypervisorError } from "../../hypervisor-error.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import type { RunLeases } from "../network/run-leases.ts";
import type { MachineRecord } from "../record/machine-record.ts";
import type { RecordStore } from "../record/record-store.ts";
import { askGuest, undefineDomain } from "../rpc/domain-flags.ts";
import type { DomainLifecycleEvent } from "../rpc/event-kinds.ts";
import { isLibvirtError } from "../rpc/libvirt-error.ts";
import type { DomainRef } from "../rpc/wire-refs.ts";
import type { MachineReader, OwnedDomain } from "./machine-reader.ts";
import { stopReasonOfEvent } from "./stop-reason.ts";

export interface MachineRunnerOptions {
  readonly link: LibvirtLink;
  readonly records: RecordStore;
  readonly reader: MachineReader;
  readonly leases: RunLeases;
  readonly clock: Clock;
  readonly bootId: string;
}

/** A start waits for QEMU, which may wait for slow storage. */
const SLOW = { timeoutMs: 120_000 } as const;
/** The most a driver may keep about a domain, then what simpler drivers know of it. */
const UNDEFINE_FLAGS: readonly number[] = [
  undefineDomain.managedSave |
    undefineDomain.snapshotsMetadata |
    undefineDomain.nvram |
    undefineDomain.checkpointsMetadata,
  undefineDomain.managedSave | undefineDomain.snapshotsMetadata,
];
/** ACPI, where the driver leaves a choice. */
const SHUTDOWN_FLAGS: readonly number[] = [askGuest.acpi, 0];

/** Starts and stops domains of ours, and remembers when and why. */
export class MachineRunner {
  readonly #options: MachineRunnerOptions;

  constructor(options: MachineRunnerOptions) {
    this.#options = options;
  }

  async start(uid: string): Promise<void> {
    const { ref, owner } = await this.#defined(uid);
    if (ref.id >= 0) return;
    const { link, records, leases } = this.#options;
    const aged = await leases.atStart(owner.tags.interfaces);
    await records.update(uid, (record) => record && aged(forgetEnd(record)));
    try {
      const { id } = await link.slow.domains.create(ref, 0, SLOW);
      await this.#began(uid, id);
    } catch (error) {
      if (!isLibvirtError(error, "OPERATION_INVALID") || !(await this.#runs(uid))) throw error;
    }
  }

  async requestShutdown(uid: string): Promise<void> {
    await this.#end(uid, (ref) =>
      withKnownFlags(SHUTDOWN_FLAGS, (flags) => this.#options.link.slow.domains.shutdown(ref, flags)),
    );
  }

  async destroy(uid: string): Promise<void> {
    await this.#end(uid, (ref) => this.#options.link.slow.domains.destroy(ref, 0, SLOW));
  }

  /**
   * The domain, if it is defined; `StillRunning` unless it is off, `NameTaken` if it is no longer marked as ours: then
   * its disk is not ours to touch either.
   */
  async stopped(uid: string): Promise<OwnedDomain | undefined> {
    const { reader } = this.#options;
    const ref = await reader.domain(uid);
    if (!ref) return undefined;
    const owner = await reader.ownership(ref);
    if (!owner) throw new HypervisorError("NameTaken", `domain ${ref.name} has our uuid but is not ours`);
    if (ref.id >= 0) throw new HypervisorError("StillRunning", `domain ${ref.name} runs`);
    return { ref, owner };
  }

  /** With saved state, snapshots and NVRAM, which would otherwise stand in the way. Already gone is success. */
  async undefine(ref: DomainRef): Promise<void> {
    try {
      await withKnownFlags(UNDEFINE_FLAGS, (flags) => this.#options.link.slow.domains.undefine(ref, flags));
    } catch (error) {
      if (!isLibvirtError(error, "NO_DOMAIN")) throw error;
    }
  }

  /** Keeps what libvirt forgets when it restarts. Runs and stops that nobody of us caused are seen only here. */
  async observe({ event, detail, domain }: DomainLifecycleEvent): Promise<void> {
    if (event === "started") await this.#began(domain.uuid, domain.id);
    if (event !== "stopped") return;
    await this.#options.records.update(domain.uuid, (record) => {
      const stopReason = record && stopReasonOfEvent(detail, record);
      return record && (stopReason ? { ...record, stopReason } : record);
    });
  }

  async #began(uid: string, domainId: number): Promise<void> {
    const { records, clock, bootId } = this.#options;
    await records.update(uid, (record) => {
      if (!record) return undefined;
      if (record.started?.domainId === domainId && record.started.bootId === bootId) return record;
      return { ...forgetEnd(record), started: { at: timestamp(clock), domainId, bootId } };
    });
  }

  /** The wish is written before the effect, so that the stop is known as ours whoever sees it. */
  async #end(uid: string, stop: (ref: DomainRef) => Promise<void>): Promise<void> {
    const { reader, records, clock } = this.#options;
    const domain = await reader.owned(uid);
    if (!domain || domain.ref.id < 0) return;
    await records.update(
      uid,
      (record) => record && { ...record, stopRequested: record.stopRequested ?? timestamp(clock) },
    );
    try {
      await stop(domain.ref);
    } catch (error) {
      if (isLibvirtError(error, "NO_DOMAIN")) return;
      if (!isLibvirtError(error, "OPERATION_INVALID") || (await this.#runs(uid))) throw error;
    }
  }

  async #defined(uid: string): Promise<OwnedDomain> {
    const domain = await this.#options.reader.owned(uid);
    if (!domain) throw new HypervisorError("NotDefined", `no domain of ours with uuid ${uid}`);
    return domain;
  }

  async #runs(uid: string): Promise<boolean> {
    const ref = await this.#options.reader.domain(uid);
    return ref !== undefined && ref.id >= 0;
  }
}

function forgetEnd({ stopRequested: _, stopReason: __, ...record }: MachineRecord): MachineRecord {
  return record;
}

/** Calls with the first flags; with the next if the driver does not know those. */
async function withKnownFlags(choices: readonly number[], call: (flags: number) => Promise<void>): Promise<void> {
  const [flags = 0, ...others] = choices;
  try {
    await call(flags);
  } catch (error) {
    if (others.length === 0 || !isLibvirtError(error, "INVALID_ARG", "ARGUMENT_UNSUPPORTED")) throw error;
    await withKnownFlags(others, call);
  }
}
