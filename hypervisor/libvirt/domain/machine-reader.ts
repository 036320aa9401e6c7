import type { MachineIdentity, MachineState } from "../../hypervisor.ts";
import { isHypervisorError } from "../../hypervisor-error.ts";
import { exists } from "../disk/overlay-disk.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import type { MachineFiles } from "../record/machine-files.ts";
import type { MachineRecord } from "../record/machine-record.ts";
import type { RecordStore } from "../record/record-store.ts";
import { listDomains } from "../rpc/domain-flags.ts";
import type { DomainState } from "../rpc/domain-state.ts";
import { isLibvirtError } from "../rpc/libvirt-error.ts";
import type { DomainRef } from "../rpc/wire-refs.ts";
import { readDefinedFiles } from "./defined-files.ts";
import { METADATA_URI, type Ownership, parseOwnership } from "./ownership.ts";
import { stopReasonOf } from "./stop-reason.ts";

export interface OwnedDomain {
  readonly ref: DomainRef;
  readonly owner: Ownership;
}

const STATES: Readonly<Partial<Record<DomainState, NonNullable<MachineState["domain"]>["state"]>>> = {
  running: "running",
  blocked: "running",
  paused: "paused",
  pmsuspended: "paused",
  shutdown: "shutdown",
  shutoff: "shutoff",
  crashed: "crashed",
};

export interface MachineReaderOptions {
  readonly link: LibvirtLink;
  readonly records: RecordStore;
  readonly files: MachineFiles;
  readonly bootId: string;
}

/**
 * Joins what libvirt has with what the records hold. Changes nothing, except that a domain of ours whose record was
 * lost gets it back from its definition.
 */
export class MachineReader {
  readonly #link: LibvirtLink;
  readonly #records: RecordStore;
  readonly #files: MachineFiles;
  readonly #bootId: string;

  constructor({ link, records, files, bootId }: MachineReaderOptions) {
    this.#link = link;
    this.#records = records;
    this.#files = files;
    this.#bootId = bootId;
  }

  /** The domain of this uuid, ours or not. */
  async domain(uid: string, signal?: AbortSignal): Promise<DomainRef | undefined> {
    try {
      return await this.#link.quick.domains.lookupByUuid(uid, { signal });
    } catch (error) {
      if (isLibvirtError(error, "NO_DOMAIN")) return undefined;
      throw error;
    }
  }

  /** What our metadata says; of a running domain, what the running one was started with. */
  async ownership(ref: DomainRef, signal?: AbortSignal): Promise<Ownership | undefined> {
    try {
      const text = await this.#link.quick.domains.getMetadata(ref, METADATA_URI, 0, { signal });
      return parseOwnership(text, ref.uuid);
    } catch (error) {
      if (isLibvirtError(error, "NO_DOMAIN_METADATA", "NO_DOMAIN")) return undefined;
      throw error;
    }
  }

  async owned(uid: string, signal?: AbortSignal): Promise<OwnedDomain | undefined> {
    const ref = await this.domain(uid, signal);
    const owner = ref && (await this.ownership(ref, signal));
    return ref && owner && { ref, owner };
  }

  async inspect(uid: string, signal?: AbortSignal): Promise<MachineState | undefined> {
    const domain = await this.owned(uid, signal);
    const persistent = domain ? await this.#persistent(signal) : new Set<string>();
    return this.#state(uid, domain, persistent);
  }

  async list(signal?: AbortSignal): Promise<readonly MachineState[]> {
    const refs = await this.#link.quick.domains.list(0, { signal });
    const persistent = await this.#persistent(signal);
    const owned = new Map<string, OwnedDomain>();
    for (const ref of refs) {
      const owner = await this.ownership(ref, signal);
      if (owner) owned.set(ref.uuid, { ref, owner });
    }
    const uids = new Set([...owned.keys(), ...(await this.#records.uids())]);
    const states = await Promise.all(
      [...uids].map((uid) => this.#state(uid, owned.get(uid), persistent).catch(unreadableIsUndefined)),
    );
    return states.filter((state) => state !== undefined);
  }

  /** The record of a machine; `domain` is its domain if that is ours. `RecordUnreadable` as in Hypervisor.inspect. */
  async record(uid: string, domain: OwnedDomain | undefined): Promise<MachineRecord | undefined> {
    if (!domain) return this.#records.find(uid);
    const record = await this.#records.read(uid);
    if (record) return record;
    return this.#files.adopt(domain.owner.identity, await readDefinedFiles(this.#link, domain.ref));
  }

  async #persistent(signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const refs = await this.#link.quick.domains.list(listDomains.persistent, { signal });
    return new Set(refs.map(({ uuid }) => uuid));
  }

  async #state(
    uid: string,
    domain: OwnedDomain | undefined,
    persistent: ReadonlySet<string>,
  ): Promise<MachineState | undefined> {
    const record = await this.record(uid, domain);
    const identity: MachineIdentity | undefined = domain?.owner.identity ?? record;
    if (!identity) return undefined;
    const { namespace, name, epoch } = identity;
    const described = domain && (await this.#describe(domain, record, persistent.has(uid)));
    const [disk, seed] = await Promise.all([fileThere(record?.files.disk), fileThere(record?.files.seed)]);
    return { uid, namespace, name, epoch, ...(described && { domain: described }), disk, seed };
  }

  /** Undefined when the domain went away meanwhile. */
  async #describe({ ref, owner }: OwnedDomain, record: MachineRecord | undefined, persistent: boolean) {
    const said = await this.#link.quick.domains.getState(ref).catch((error: unknown) => {
      if (isLibvirtError(error, "NO_DOMAIN")) return undefined;
      throw error;
    });
    if (!said) return undefined;
    const state = STATES[said.state] ?? (ref.id >= 0 ? "running" : "shutoff");
    const isOff = state === "shutoff" || state === "crashed";
    const startedAt = isOff ? undefined : this.#startedAt(ref, record);
    return {
      state,
      ...(isOff && {
        stopReason: state === "crashed" ? ("Crashed" as const) : stopReasonOf(said.reason, record ?? {}, this.#bootId),
      }),
      ...(startedAt !== undefined && { startedAt }),
      tags: owner.tags,
      persistent,
    };
  }

  #startedAt(ref: DomainRef, record: MachineRecord | undefined): string | undefined {
    const started = record?.started;
    return started?.domainId === ref.id && started.bootId === this.#bootId ? started.at : undefined;
  }
}

const fileThere = async (path: string | undefined): Promise<boolean> => path !== undefined && (await exists(path));

/** One that nobody can read hides no other. */
function unreadableIsUndefined(error: unknown): undefined {
  if (!isHypervisorError(error) || error.code !== "RecordUnreadable") throw error;
}
