import type { AddressReport, Hypervisor } from "../../hypervisor/hypervisor.ts";
import { isHypervisorError } from "../../hypervisor/hypervisor-error.ts";
import type { Clock } from "../../runtime/clock.ts";

/** A guest without an address is asked again this soon: people wait for it. */
const SEARCH_MS = 500;
/** One that has an address is asked this seldom: leases change rarely. */
const REFRESH_MS = 30_000;
/** After this long without any address nothing will come: reported as not discoverable. */
const GIVE_UP_MS = 120_000;

/** Finds out addresses without ever holding up a pass: trouble in finding out is "not known yet". */
export class AddressBook {
  readonly #hypervisor: Hypervisor;
  readonly #clock: Clock;
  readonly #searchingSince = new Map<string, { readonly boot: string; readonly since: number }>();

  constructor(hypervisor: Hypervisor, clock: Clock) {
    this.#hypervisor = hypervisor;
    this.#clock = clock;
  }

  /** `boot` tells one run of the guest from the next. */
  async of(uid: string, boot = ""): Promise<AddressReport> {
    const now = this.#clock.monotonic();
    const search = this.#searchingSince.get(uid);
    const since = search?.boot === boot ? search.since : now;
    this.#searchingSince.set(uid, { boot, since });
    const found = await this.#ask(uid);
    if (found.addresses.length > 0 || found.unknowable) return found;
    return { addresses: [], unknowable: now - since > GIVE_UP_MS };
  }

  forget(uid: string): void {
    this.#searchingSince.delete(uid);
  }

  static recheckMs(report: AddressReport | undefined): number {
    return report && (report.addresses.length > 0 || report.unknowable) ? REFRESH_MS : SEARCH_MS;
  }

  async #ask(uid: string): Promise<AddressReport> {
    try {
      return await this.#hypervisor.addresses(uid);
    } catch (error) {
      if (isHypervisorError(error)) return { addresses: [], unknowable: false };
      throw error;
    }
  }
}
