import { execFile } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Debian's place, on any architecture. */
const LIBRARY = "/usr/lib/*/faketime/libfaketime.so.1";

/**
 * A wall clock for programs that a test starts, which it may step while they run; time since boot and timers go on as
 * they are, as they do when an administrator sets a machine's clock. Needs the package faketime.
 */
export class SteppedClock {
  readonly #file: string;
  readonly #library: string;

  private constructor(file: string, library: string) {
    this.#file = file;
    this.#library = library;
  }

  /** `offset`: `+1h`, `-1h`, `+0`. `folder` is the caller's, to keep the offset in. */
  static async at(offset: string, folder: string, name: string): Promise<SteppedClock> {
    const { stdout } = await promisify(execFile)("sh", ["-c", `ls ${LIBRARY}`]);
    const clock = new SteppedClock(join(folder, `${name}.clock`), stdout.trim());
    await clock.step(offset);
    return clock;
  }

  /** Programs of this clock have the new time at once. */
  async step(offset: string): Promise<void> {
    // In one piece: nobody reads half an offset.
    await writeFile(`${this.#file}.new`, `${offset}\n`);
    await rename(`${this.#file}.new`, this.#file);
  }

  /** The same command under this clock; it keeps its process id, so that signals reach it. */
  command(...words: readonly string[]): readonly string[] {
    const variables = {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    };
    return ["env", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ...words];
  }
}
