import type { Random } from "../../runtime/backoff.ts";
import { HypervisorError, type HypervisorErrorCode } from "../hypervisor-error.ts";

const CODES: readonly HypervisorErrorCode[] = ["LibvirtUnreachable", "LibvirtFailed", "Timeout"];

/** Lets a share of the calls fail; half of those after their effect, as a lost answer does. Same seed, same faults. */
export class FaultPlan {
  readonly #rate: number;
  readonly #random: Random;

  constructor(failRate: number, random: Random) {
    this.#rate = failRate;
    this.#random = random;
  }

  async run<T>(doing: string, effect: () => T | Promise<T>): Promise<T> {
    if (this.#rate === 0 || this.#random() >= this.#rate) return effect();
    const code = CODES[Math.floor(this.#random() * CODES.length)] ?? "LibvirtFailed";
    const applied = this.#random() < 0.5;
    if (applied) await effect();
    throw new HypervisorError(code, `${doing}: simulated fault ${applied ? "after" : "before"} the effect`);
  }
}
