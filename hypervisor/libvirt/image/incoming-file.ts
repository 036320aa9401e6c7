import { type FileHandle, open, rm } from "node:fs/promises";
import { ContentDigest, type Expected } from "./checksum.ts";

/** A file on its way into the cache: written front to back, digested as it is written. */
export class IncomingFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #expected: readonly Expected[];
  #digest: ContentDigest;
  #size = 0;

  private constructor(path: string, file: FileHandle, expected: readonly Expected[]) {
    this.path = path;
    this.#file = file;
    this.#expected = expected;
    this.#digest = new ContentDigest(expected);
  }

  static async create(path: string, expected: readonly Expected[]): Promise<IncomingFile> {
    return new IncomingFile(path, await open(path, "wx", 0o600), expected);
  }

  get size(): number {
    return this.#size;
  }

  async write(chunk: Uint8Array): Promise<void> {
    let done = 0;
    while (done < chunk.length) {
      const { bytesWritten } = await this.#file.write(chunk, done, chunk.length - done, this.#size + done);
      done += bytesWritten;
    }
    this.#digest.update(chunk);
    this.#size += chunk.length;
  }

  /** Forgets what was written. */
  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#digest = new ContentDigest(this.#expected);
    this.#size = 0;
  }

  /** The content's sha256 in hex, on disk and read-only from now on; `ChecksumMismatch`. Call once. */
  async finish(): Promise<string> {
    const sha256 = this.#digest.verify(this.#expected);
    await this.#file.chmod(0o444);
    await this.#file.sync();
    return sha256;
  }

  /** Closes; the file goes too unless it was renamed. Call always, last. */
  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.path, { force: true });
  }
}
