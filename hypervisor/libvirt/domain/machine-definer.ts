import type { Machine } from "../../../resources/assignment.ts";
import { domainName } from "../../domain-name.ts";
import type { MachineIdentity, MachineTags } from "../../hypervisor.ts";
import { HypervisorError } from "../../hypervisor-error.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import type { NetworkChecks } from "../network/network-checks.ts";
import type { MachineFiles } from "../record/machine-files.ts";
import type { RecordStore } from "../record/record-store.ts";
import { xmlDesc } from "../rpc/domain-flags.ts";
import { isLibvirtError } from "../rpc/libvirt-error.ts";
import type { DomainRef } from "../rpc/wire-refs.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { renderXml } from "../xml/render-xml.ts";
import { type DomainInput, domainXml } from "./domain-xml.ts";
import { applyGuestAbi, coversDevices, type GuestAbi, readGuestAbi } from "./guest-abi.ts";
import type { MachineReader } from "./machine-reader.ts";

export interface MachineDefinerOptions {
  readonly link: LibvirtLink;
  readonly records: RecordStore;
  readonly files: MachineFiles;
  readonly reader: MachineReader;
  readonly networks: NetworkChecks;
  readonly defaultNetwork: string;
  readonly domainType: () => DomainInput["virtType"];
}

/** Turns a machine into libvirt's persistent definition. */
export class MachineDefiner {
  readonly #options: MachineDefinerOptions;

  constructor(options: MachineDefinerOptions) {
    this.#options = options;
  }

  /** See Hypervisor.define. A running domain keeps running as it is; its definition for the next start changes. */
  async define(identity: MachineIdentity, machine: Machine, tags: MachineTags): Promise<void> {
    const { files, networks, link, defaultNetwork, domainType } = this.#options;
    const present = await this.#refuseForeign(identity);
    await networks.check(machine.interfaces);
    const record = await files.claim(identity);
    const abi = record.abi ?? (present && (await this.#readBack(present)));
    const fresh = domainXml({
      identity,
      machine,
      tags,
      virtType: domainType(),
      diskPath: record.files.disk,
      seedPath: record.files.seed,
      consoleLog: record.files.console,
      defaultNetwork,
    });
    const ref = await link.slow.domains.defineXml(renderXml(abi ? applyGuestAbi(fresh, abi) : fresh));
    if (!record.abi || !coversDevices(record.abi, fresh)) await this.#keepAbi(ref);
  }

  async #keepAbi(ref: DomainRef): Promise<void> {
    const abi = await this.#readBack(ref);
    if (abi) await this.#options.records.update(ref.uuid, (record) => record && { ...record, abi });
  }

  async #readBack(ref: DomainRef): Promise<GuestAbi | undefined> {
    const text = await this.#options.link.quick.domains.getXml(ref, xmlDesc.inactive);
    return readGuestAbi(parseXml(text));
  }

  /** Our domain of this uid if there is one; `NameTaken` if somebody else's has its uuid or name. */
  async #refuseForeign(identity: MachineIdentity): Promise<DomainRef | undefined> {
    const { reader } = this.#options;
    const sameUid = await reader.domain(identity.uid);
    if (sameUid && !(await reader.ownership(sameUid))) {
      throw new HypervisorError("NameTaken", `domain ${sameUid.name} has our uuid but is not ours`);
    }
    const name = domainName(identity);
    const sameName = sameUid?.name === name ? sameUid : await this.#byName(name);
    if (sameName && sameName.uuid !== identity.uid) {
      throw new HypervisorError("NameTaken", `domain ${name} exists with another uuid (${sameName.uuid})`);
    }
    return sameUid;
  }

  async #byName(name: string): Promise<DomainRef | undefined> {
    try {
      return await this.#options.link.quick.domains.lookupByName(name);
    } catch (error) {
      if (isLibvirtError(error, "NO_DOMAIN")) return undefined;
      throw error;
    }
  }
}
