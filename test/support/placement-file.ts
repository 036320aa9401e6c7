import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * An empty database of Placement, with its tables and the standard names: it takes seconds to make one. Once for a test
 * run (hack/run-suites.mjs), or for a process where there is none.
 */
const kept = process.env["VMCTL_TEST_KEPT"] && join(process.env["VMCTL_TEST_KEPT"], "placement.db");
let empty: Buffer | undefined;

/** Above what a test run writes, and apart by more than a test writes. */
const FIRST_CHANGE = 1_000_000_000;
const CHANGES_APART = 100_000;
/** Where the header of a SQLite database has its change counter: in two places, big-endian. */
const CHANGE_COUNTERS = [24, 92] as const;

/** The SQLite database of one Placement. */
export class PlacementFile {
  readonly path: string;
  #times = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Before the server starts. False: nobody has made one yet, so this one has to be. */
  async giveEmpty(): Promise<boolean> {
    empty ??= kept === undefined ? undefined : await readFile(kept).catch(() => undefined);
    if (empty) await writeFile(this.path, empty);
    return empty !== undefined;
  }

  /** When the server has come up for the first time. */
  async keepEmpty(): Promise<void> {
    if (empty) return;
    empty = await readFile(this.path);
    if (kept === undefined) return;
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(`${kept}-${process.pid}`, empty);
    await rename(`${kept}-${process.pid}`, kept);
  }

  /** Under a server that has nothing to do right now. */
  async putBack(): Promise<void> {
    if (!empty) throw new Error("there is no empty database yet");
    const bytes = Buffer.from(empty);
    // Nobody who has read the database earlier takes this one for it.
    this.#times += 1;
    for (const offset of CHANGE_COUNTERS) bytes.writeUInt32BE(FIRST_CHANGE + this.#times * CHANGES_APART, offset);
    const file = await open(this.path, "r+");
    try {
      await file.truncate(bytes.length);
      await file.write(bytes, 0, bytes.length, 0);
    } finally {
      await file.close();
    }
  }
}
