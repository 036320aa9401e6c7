import type { Store, Write } from "../../../store/store.ts";
import { OBSERVED_HOST } from "../../../test/controllers/support/view.ts";

const TTL_SECONDS = 60;
const WRITES_AT_ONCE = 50;

/** What a node says of its host: 64 CPUs, 256 GiB, 2 TiB. */
export const observedHost = (hostname: string) => ({
  ...OBSERVED_HOST,
  hostname,
  capacity: { vcpu: 64, memory: 256 * 2 ** 30, disk: 2048 * 2 ** 30 },
});

/** Hosts that only report and beat: what is measured is the scheduler, not what hosts do with their instances. */
export class StandInHosts {
  readonly #store: Store;
  readonly #names: readonly string[];
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store, count: number) {
    this.#store = store;
    this.#names = Array.from({ length: count }, (_, index) => `host-${String(index + 1).padStart(5, "0")}`);
  }

  async start(): Promise<void> {
    await this.#beat();
    await this.#put(this.#names.map((name) => [`observed/${name}/host`, observedHost(name)]));
    this.#timer = setInterval(() => void this.#beat(), (TTL_SECONDS / 2) * 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): Promise<void> {
    const sequence = ++this.#sequence;
    const beat = { machineId: "m", bootId: "b", startToken: "t", version: "bench", ttlSeconds: TTL_SECONDS, sequence };
    return this.#put(this.#names.map((name) => [`alive/${name}`, beat]));
  }

  async #put(records: readonly (readonly [string, unknown])[]): Promise<void> {
    for (let at = 0; at < records.length; at += WRITES_AT_ONCE) {
      const writes = records
        .slice(at, at + WRITES_AT_ONCE)
        .map(([key, value]): Write => ({ op: "put", key, value: JSON.stringify(value) }));
      await this.#store.commit({ compares: [], writes });
    }
  }
}
