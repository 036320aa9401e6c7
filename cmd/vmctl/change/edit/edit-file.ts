import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The file that is edited, in a folder of its own. Once a person may have written into it, it stays until somebody says
 * that nothing of theirs is in it: no error can lose it.
 */
export class EditFile implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  readonly #name: string;
  #copies = 0;
  #isTheirs = false;
  #isTold = false;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.path = join(folder, `${name}.yaml`);
  }

  /** `name`: of the file, without its ending. */
  static async create(name: string): Promise<EditFile> {
    return new EditFile(await mkdtemp(join(tmpdir(), "vmctl-edit-")), name);
  }

  /** Nobody else may read it. On a full disk what was there before stays. */
  async write(text: string): Promise<void> {
    const next = `${this.path}.next`;
    await writeFile(next, text, { mode: 0o600 });
    await rename(next, this.path);
    this.#isTheirs = true;
  }

  read(): Promise<string> {
    return readFile(this.path, "utf8");
  }

  /** The path of a copy that stays; the file itself is needed for something else. */
  async keepCopy(text: string): Promise<string> {
    this.#copies += 1;
    const path = join(this.#folder, `${this.#name}.yours-${this.#copies}.yaml`);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  }

  /** The path, for whoever is told that the text is there. */
  keptAt(): string {
    this.#isTold = true;
    return this.path;
  }

  /** Something of theirs stays in it, and they do not know. */
  get isUntold(): boolean {
    return this.#isTheirs && !this.#isTold;
  }

  /** What is in the file is stored, or nobody's work: it goes. */
  release(): void {
    this.#isTheirs = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isTheirs) return;
    await rm(this.#copies > 0 ? this.path : this.#folder, { recursive: true, force: true });
  }
}
