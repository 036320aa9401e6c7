import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import type { FileVersion } from "./file-source.ts";

const Entry = Type.Object({
  /** `<sha256>.<format>`, the file's name in the cache. */
  file: Type.String({ pattern: "^[0-9a-f]{64}\\.(qcow2|raw)$" }),
  format: Type.Union([Type.Literal("qcow2"), Type.Literal("raw")]),
  virtualSize: Type.Number(),
  size: Type.Number(),
});
export type IndexEntry = Static<typeof Entry>;

const Index = Type.Object({
  version: Type.Literal(1),
  images: Type.Record(Type.String(), Entry),
  /** What was asked for (source, checksum, format) → the file that answered it. */
  sources: Type.Record(
    Type.String(),
    Type.Object({
      file: Type.String(),
      version: Type.Optional(Type.Object({ size: Type.Number(), mtimeMs: Type.Number(), ino: Type.Number() })),
    }),
  ),
  sha512: Type.Record(Type.String(), Type.String()),
});
type Index = Static<typeof Index>;

/** `<cacheDir>/index.json`. Losing it costs downloads, never correctness: contents are named by digest. */
export class ImageIndex {
  readonly #path: string;
  readonly #index: Index;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, index: Index) {
    this.#path = path;
    this.#index = index;
  }

  static async open(cacheDir: string): Promise<ImageIndex> {
    const path = join(cacheDir, "index.json");
    const text = await readFile(path, "utf8").catch(() => "");
    return new ImageIndex(path, parse(text) ?? { version: 1, images: {}, sources: {}, sha512: {} });
  }

  byDigest(digest: string, format: "qcow2" | "raw" | undefined): IndexEntry | undefined {
    const [algorithm, hex = ""] = digest.split(":");
    const sha256 = algorithm === "sha512" ? this.#index.sha512[hex] : hex;
    const formats = format ? [format] : (["qcow2", "raw"] as const);
    return formats.map((each) => this.#index.images[`${sha256}.${each}`]).find((entry) => entry !== undefined);
  }

  bySource(key: string): { readonly entry: IndexEntry; readonly version?: FileVersion } | undefined {
    const source = this.#index.sources[key];
    const entry = source && this.#index.images[source.file];
    if (!source || !entry) return undefined;
    return { entry, ...(source.version && { version: source.version }) };
  }

  async add(entry: IndexEntry, key: string, extra: { version?: FileVersion; sha512?: string }): Promise<void> {
    this.#index.images[entry.file] = entry;
    this.#index.sources[key] = { file: entry.file, ...(extra.version && { version: extra.version }) };
    if (extra.sha512) this.#index.sha512[extra.sha512] = entry.file.slice(0, 64);
    this.#writing = this.#writing.then(
      () => this.#write(),
      () => this.#write(),
    );
    await this.#writing;
  }

  async #write(): Promise<void> {
    await writeFile(`${this.#path}.new`, `${JSON.stringify(this.#index, undefined, 2)}\n`);
    await rename(`${this.#path}.new`, this.#path);
  }
}

function parse(text: string): Index | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Check(Index, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
