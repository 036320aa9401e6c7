import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The file that is edited, in a folder of its own that goes with it, unless something in it is to be kept. */
export class EditFile implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  readonly #name: string;
  #copies = 0;
  #keepsFile = false;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.path = join(folder, `${name}.yaml`);
  }

  /** `name`: of the file, without its ending. */
  static async create(name: string): Promise<EditFile> {
    return new EditFile(await mkdtemp(join(tmpdir(), "vmctl-edit-")), name);
  }

  /** Nobody else may read it. */
  write(text: string): Promise<void> {
    return writeFile(this.path, text, { mode: 0o600 });
  }

  read(): Promise<string> {
    return readFile(this.path, "utf8");
  }

  /** The path of the file, which stays. */
  keep(): string {
    this.#keepsFile = true;
    return this.path;
  }

  /** The path of a copy, which stays; the file itself is needed for something else. */
  async keepCopy(text: string): Promise<string> {
    this.#copies += 1;
    const path = join(this.#folder, `${this.#name}.yours-${this.#copies}.yaml`);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#keepsFile) return;
    await rm(this.#copies > 0 ? this.path : this.#folder, { recursive: true, force: true });
  }
}
