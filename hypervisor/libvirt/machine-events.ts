import type { Log } from "../../runtime/log.ts";
import type { MachineEvent } from "../hypervisor.ts";
import type { MachineRunner } from "./domain/machine-runner.ts";
import type { RecordStore } from "./record/record-store.ts";
import type { DomainLifecycleEvent } from "./rpc/event-kinds.ts";

const KINDS: Readonly<Partial<Record<DomainLifecycleEvent["event"], MachineEvent["kind"]>>> = {
  defined: "defined",
  undefined: "undefined",
  started: "started",
  stopped: "stopped",
  crashed: "stopped",
};

/** Passes libvirt's events on, after what they tell was recorded. Domains without a record of ours are not mentioned. */
export class MachineEvents {
  readonly #records: RecordStore;
  readonly #log: Log;
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  #runner: MachineRunner | undefined;
  /** Events are recorded and told one after the other, in libvirt's order. */
  #last: Promise<void> = Promise.resolve();

  constructor(records: RecordStore, log: Log) {
    this.#records = records;
    this.#log = log;
  }

  /** From now on runs and stops are recorded. */
  recordWith(runner: MachineRunner): void {
    this.#runner = runner;
  }

  listen(listener: (event: MachineEvent) => void): () => void {
    const own = (event: MachineEvent) => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  domain(event: DomainLifecycleEvent): void {
    this.#inTurn(event.domain.uuid, async () => {
      await this.#runner?.observe(event);
      this.#tell({ uid: event.domain.uuid, kind: KINDS[event.event] ?? "changed" });
    });
  }

  /** The agent came or went: addresses may be known now. */
  agent(uuid: string): void {
    this.#inTurn(uuid, async () => this.#tell({ uid: uuid, kind: "address" }));
  }

  connection(): void {
    this.#tell({ uid: "", kind: "connection" });
  }

  network(): void {
    this.#tell({ uid: "", kind: "network" });
  }

  /** Nobody is told any more; resolves when what had come in is recorded. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#last;
  }

  #inTurn(uid: string, work: () => Promise<void>): void {
    this.#last = this.#last
      .then(async () => {
        if (await this.#records.read(uid)) await work();
      })
      .catch((error: unknown) => this.#log.error({ uid, error }, "event of libvirt not recorded"));
  }

  #tell(event: MachineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
