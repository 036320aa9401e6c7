import { mkdir, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import type { MachineImage } from "../../../resources/assignment.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { CachedImage, ImageToFetch, Progress } from "../../hypervisor.ts";
import { HypervisorError, isHypervisorError } from "../../hypervisor-error.ts";
import { translateDiskError } from "../disk/translate-disk-error.ts";
import { type Expected, parseDigest } from "./checksum.ts";
import { download } from "./download.ts";
import { type FileVersion, openFileSource } from "./file-source.ts";
import { HttpSource, type HttpTimeouts, loginHeaders } from "./http-source.ts";
import { ImageIndex, type IndexEntry } from "./image-index.ts";
import { IncomingFile } from "./incoming-file.ts";
import { inspectImage } from "./inspect-image.ts";
import { SharedWork } from "./shared-work.ts";
import { findInSums } from "./sums-file.ts";

export interface ImageCacheOptions extends HttpTimeouts {
  readonly cacheDir: string;
  /** Directories that `file` sources may lie in. */
  readonly imageDirs: readonly string[];
  readonly clock: Clock;
}

const SUMS_LIMIT = 1 << 20;
const COPY_CHUNK = 1 << 20;

/**
 * Verified images by content: `<cacheDir>/<sha256>.<format>`, read-only, never changed once there. A file appears under
 * that name only whole, checked and looked into; what is on its way lies in `incoming/` and is gone after any failure.
 */
export class ImageCache {
  readonly #options: ImageCacheOptions;
  readonly #index: ImageIndex;
  readonly #http: HttpSource;
  readonly #fetches = new SharedWork<CachedImage>();
  #count = 0;

  private constructor(options: ImageCacheOptions, index: ImageIndex) {
    this.#options = options;
    this.#index = index;
    this.#http = new HttpSource(options);
  }

  /** Removes what an earlier process left in `incoming/`: one node controller owns a cache. */
  static async open(options: ImageCacheOptions): Promise<ImageCache> {
    const incoming = join(options.cacheDir, "incoming");
    await mkdir(incoming, { recursive: true, mode: 0o711 });
    await Promise.all((await readdir(incoming)).map((name) => rm(join(incoming, name), { force: true })));
    return new ImageCache(options, await ImageIndex.open(options.cacheDir));
  }

  /** The copy that answers this question, if it is there and nothing need be asked of the source. */
  async cached(image: MachineImage): Promise<CachedImage | undefined> {
    const digest = image.digest ?? (typeof image.checksum === "string" ? image.checksum : undefined);
    if (digest) return this.#present(this.#index.byDigest(digest, image.format));
    const found = this.#index.bySource(sourceKey(image));
    if (!found) return undefined;
    if ("file" in image.source && !(await isVersion(image.source.file, found.version))) return undefined;
    return this.#present(found.entry);
  }

  async fetch(
    image: ImageToFetch,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<CachedImage> {
    signal.throwIfAborted();
    const key = JSON.stringify([sourceKey(image), image.digest]);
    const work = async (tell: (progress: Progress) => void, until: AbortSignal) =>
      (await this.cached(image)) ?? (await this.#fetch(image, tell, until));
    return this.#fetches.run(key, work, onProgress, signal);
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  async #fetch(image: ImageToFetch, tell: (progress: Progress) => void, signal: AbortSignal): Promise<CachedImage> {
    const expected = await this.#expected(image, signal);
    const path = join(this.#options.cacheDir, "incoming", `${process.pid}-${this.#count++}`);
    try {
      const incoming = await IncomingFile.create(path, expected);
      try {
        const version = await this.#receive(image, incoming, tell, signal);
        return await this.#keep(image, incoming, expected, version);
      } finally {
        await incoming.discard();
      }
    } catch (error) {
      throw translateDiskError(error, "fetching the image");
    }
  }

  /** The digests that the content must have. An agreed digest makes asking the SUMS file again unnecessary. */
  async #expected(image: ImageToFetch, signal: AbortSignal): Promise<readonly Expected[]> {
    const known = knownDigests(image);
    if (typeof image.checksum !== "object" || known.length > 0) return known;
    const { url } = image.checksum;
    const isSameHost = "url" in image.source && new URL(image.source.url).origin === new URL(url).origin;
    const headers = isSameHost ? loginHeaders(image.login) : {};
    const text = await this.#http.text(url, SUMS_LIMIT, { headers, signal });
    return [findInSums(text, sourceFileName(image), url)];
  }

  async #receive(
    { source, login }: ImageToFetch,
    into: IncomingFile,
    tell: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<FileVersion | undefined> {
    if ("file" in source) return this.#copy(source.file, into, tell, signal);
    const admit = (bytes: number) => this.#needRoom(bytes);
    const { clock } = this.#options;
    await download({ http: this.#http, clock, url: source.url, login, into, admit, onProgress: tell, signal });
    return undefined;
  }

  async #copy(path: string, into: IncomingFile, tell: (progress: Progress) => void, signal: AbortSignal) {
    const { file, version } = await openFileSource(path, this.#options.imageDirs);
    try {
      await this.#needRoom(version.size);
      const buffer = Buffer.alloc(COPY_CHUNK);
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) return version;
        await into.write(buffer.subarray(0, bytesRead));
        tell({ bytes: into.size, total: version.size });
      }
    } finally {
      await file.close();
    }
  }

  async #needRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#options.cacheDir);
    if (bavail * bsize >= bytes) return;
    throw new HypervisorError("DiskFull", `the image needs ${bytes} bytes, ${bavail * bsize} are free`);
  }

  async #keep(image: MachineImage, incoming: IncomingFile, expected: readonly Expected[], version?: FileVersion) {
    const sha256 = await incoming.finish();
    const { format, virtualSize } = await inspectImage(incoming.path, image.format).catch((error: unknown) => {
      throw expected.length > 0 ? wrongAsAskedFor(error) : error;
    });
    const entry: IndexEntry = { file: `${sha256}.${format}`, format, virtualSize, size: incoming.size };
    await rename(incoming.path, join(this.#options.cacheDir, entry.file));
    const sha512 = expected.find(({ algorithm }) => algorithm === "sha512")?.hex;
    await this.#index.add(entry, sourceKey(image), { ...(version && { version }), ...(sha512 && { sha512 }) });
    return this.#cachedImage(entry);
  }

  /** Somebody may have emptied the cache: an entry counts only with its file. */
  async #present(entry: IndexEntry | undefined): Promise<CachedImage | undefined> {
    if (!entry) return undefined;
    const size = await stat(join(this.#options.cacheDir, entry.file)).then(
      (stats) => stats.size,
      () => undefined,
    );
    return size === entry.size ? this.#cachedImage(entry) : undefined;
  }

  #cachedImage({ file, format, virtualSize }: IndexEntry): CachedImage {
    return { path: join(this.#options.cacheDir, file), format, digest: `sha256:${file.slice(0, 64)}`, virtualSize };
  }
}

/** Everything of the question but the agreed digest, which only confirms. */
const sourceKey = ({ source, checksum, format }: MachineImage): string => JSON.stringify([source, checksum, format]);

const sourceFileName = ({ source }: MachineImage): string =>
  basename("file" in source ? source.file : decodeURIComponent(new URL(source.url).pathname));

/** Content that has the digest it should have and is cut off all the same: to try again would bring the same. */
function wrongAsAskedFor(error: unknown): unknown {
  if (!isHypervisorError(error) || error.code !== "ImageTruncated") return error;
  return new HypervisorError("ImageInvalid", error.message, { cause: error });
}

/**
 * What the manifest says and what was agreed since; each with whose word it is. A sha256 in the manifest is agreed as it
 * stands.
 */
function knownDigests({ checksum, digest }: MachineImage): readonly Expected[] {
  const said =
    typeof checksum === "object" ? `${checksum.url}, when it was first asked,` : "the first copy that a host had";
  return [
    ...(digest && digest !== checksum ? [required(parseDigest(digest, said), digest)] : []),
    ...(typeof checksum === "string" ? [required(parseDigest(checksum, "the manifest"), checksum)] : []),
  ];
}

function required(expected: Expected | undefined, text: string): Expected {
  if (expected) return expected;
  throw new HypervisorError("ChecksumMismatch", `not a digest: ${text}`);
}

async function isVersion(path: string, version: FileVersion | undefined): Promise<boolean> {
  const now = await stat(path).catch(() => undefined);
  return (
    version !== undefined && now?.size === version.size && now.mtimeMs === version.mtimeMs && now.ino === version.ino
  );
}
