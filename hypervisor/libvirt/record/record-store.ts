import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Check } from "typebox/value";
import { messageOf } from "../../../runtime/errors.ts";
import type { Log } from "../../../runtime/log.ts";
import { HypervisorError } from "../../hypervisor-error.ts";
import { MachineRecord } from "./machine-record.ts";

const FILE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$/;

/**
 * `<stateDir>/instances/<uid>.json`. A write is on disk (fsync of file and folder) before it returns, so an effect
 * that follows it can always be found again. A file that is not a record is never removed. To whom it only matters what
 * is in a record it counts as absent (`read`, `update`); whoever concludes from the absence that nothing of the machine
 * is left here asks `find`.
 */
export class RecordStore {
  readonly #dir: string;
  readonly #log: Log;
  /** The last write under way per uid: a change reads what the one before it wrote. */
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  static async open(stateDir: string, log: Log): Promise<RecordStore> {
    const dir = join(stateDir, "instances");
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new RecordStore(dir, log);
  }

  async uids(): Promise<readonly string[]> {
    const names = await readdir(this.#dir);
    return names.flatMap((name) => FILE.exec(name)?.[1] ?? []);
  }

  async read(uid: string): Promise<MachineRecord | undefined> {
    const found = await this.#look(uid);
    if (found.problem === undefined) return found.record;
    this.#log.warn({ uid, file: this.#path(uid), problem: found.problem }, "machine record is not readable");
    return undefined;
  }

  /** Undefined: there is none. `RecordUnreadable`: there is a file, and what it said is not known. */
  async find(uid: string): Promise<MachineRecord | undefined> {
    const found = await this.#look(uid);
    if (found.problem === undefined) return found.record;
    throw new HypervisorError("RecordUnreadable", whatToDo(this.#path(uid), found.problem));
  }

  async #look(uid: string): Promise<{ readonly record?: MachineRecord; readonly problem?: string }> {
    const path = this.#path(uid);
    try {
      const record = parseRecord(await readFile(path, "utf8"));
      return record?.uid === uid ? { record } : { problem: record ? "it is about another uid" : "it is no record" };
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ENOENT" ? {} : { problem: messageOf(error) };
    }
  }

  /**
   * Stores what `change` makes of the present record; may be given undefined. Equal contents are not written;
   * `undefined` from `change` leaves things as they are. One change of a uid at a time.
   */
  async update(
    uid: string,
    change: (record: MachineRecord | undefined) => MachineRecord | undefined,
  ): Promise<MachineRecord | undefined> {
    return this.#inTurn(uid, async () => {
      const before = await this.read(uid);
      const after = change(before);
      if (!after || JSON.stringify(after) === JSON.stringify(before)) return after ?? before;
      await this.#write(uid, after);
      return after;
    });
  }

  /** Already gone is success. */
  async remove(uid: string): Promise<void> {
    await this.#inTurn(uid, async () => {
      await rm(this.#path(uid), { force: true });
      await this.#syncDir();
    });
  }

  async #inTurn<T>(uid: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(uid) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(uid, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(uid) === turn) this.#turns.delete(uid);
    }
  }

  async #write(uid: string, record: MachineRecord): Promise<void> {
    const temporary = `${this.#path(uid)}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(record, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path(uid));
    await this.#syncDir();
  }

  async #syncDir(): Promise<void> {
    const dir = await open(this.#dir, "r");
    try {
      await dir.sync();
    } finally {
      await dir.close();
    }
  }

  #path(uid: string): string {
    if (!FILE.test(`${uid}.json`)) throw new RangeError(`not a uid: ${uid}`);
    return join(this.#dir, `${uid}.json`);
  }
}

function parseRecord(text: string): MachineRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Check(MachineRecord, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing proves a file to be ours but the record: removing is left to somebody who can tell. */
const whatToDo = (path: string, problem: string): string =>
  `${path} cannot be read (${problem}), so it is not known which files here are the machine's, and none is removed; restore that file, or remove the disk, the seed and the console log by hand and then that file`;
