import type { Alive } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";

/** For a heartbeat that does not say its own TTL. */
const DEFAULT_TTL_SECONDS = 15;
/** A heartbeat that stands still for so many TTLs is silence, whatever its lease says. */
const SILENT_AFTER_TTLS = 2;

interface Pulse {
  readonly beat: string;
  readonly cancel: () => void;
  silent: boolean;
}

/**
 * Which hosts are alive: the heartbeat key is there (its lease lives) AND it moves. A lease alone proves nothing: in
 * old etcds anyone may keep one alive. Counted on our own clock from when we saw the move, so a new leader gives
 * every host the whole time once more. Silence is all this ever finds; it never means death.
 */
export class HostLiveness {
  readonly #clock: Clock;
  readonly #onFlip: (host: string) => void;
  readonly #pulses = new Map<string, Pulse>();

  /** `onFlip` hears of a host that came or fell silent, never of a mere heartbeat. */
  constructor(clock: Clock, onFlip: (host: string) => void) {
    this.#clock = clock;
    this.#onFlip = onFlip;
  }

  isAlive = (host: string): boolean => this.#pulses.get(host)?.silent === false;

  /** The heartbeat as it is now; undefined: its key is gone. */
  saw(host: string, alive: Alive | undefined): void {
    const old = this.#pulses.get(host);
    const beat = alive && `${alive.startToken}/${alive.sequence}`;
    if (old && old.beat === beat) return;
    const wasAlive = this.isAlive(host);
    old?.cancel();
    if (alive && beat !== undefined) this.#pulses.set(host, this.#pulse(host, beat, alive.ttlSeconds));
    else this.#pulses.delete(host);
    if (wasAlive !== this.isAlive(host)) this.#onFlip(host);
  }

  stop(): void {
    for (const { cancel } of this.#pulses.values()) cancel();
  }

  #pulse(host: string, beat: string, ttlSeconds = DEFAULT_TTL_SECONDS): Pulse {
    const silent = () => {
      pulse.silent = true;
      this.#onFlip(host);
    };
    const cancel = this.#clock.after(ttlSeconds * SILENT_AFTER_TTLS * 1000, silent);
    const pulse: Pulse = { beat, cancel, silent: false };
    return pulse;
  }
}
