import { StoreError } from "../store-error.ts";

/** A half-open interval of etcd keys, [start, end). */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

/** Between our relative keys and etcd's bytes. Nothing outside the root can be named through it. */
export class KeySpace {
  readonly root: string;
  readonly #rootBytes: Buffer;

  constructor(root: string) {
    if (!/^\/.*\/$/.test(root)) throw new StoreError("Invalid", `root "${root}" must begin and end with a slash`);
    this.root = root;
    this.#rootBytes = Buffer.from(root);
  }

  encode(key: string): Buffer {
    if (key === "" || key.startsWith("/")) {
      throw new StoreError("Invalid", `"${key}" is not a key: keys are relative to the root and not empty`);
    }
    return Buffer.from(this.root + key);
  }

  decode(bytes: Buffer): string {
    return bytes.subarray(this.#rootBytes.length).toString("utf8");
  }

  /** Every key that starts with the prefix; "" is the whole root. */
  prefixRange(prefix: string): KeyRange {
    const start = Buffer.from(this.root + prefix);
    return { start, end: prefixEnd(start) };
  }

  /** The smallest range that holds every prefix. */
  coveringRange(prefixes: readonly string[]): KeyRange {
    const [first, ...rest] = prefixes.map((prefix) => this.prefixRange(prefix));
    if (!first) throw new StoreError("Invalid", "no prefix given");
    return rest.reduce(
      (all, { start, end }) => ({
        start: Buffer.compare(start, all.start) < 0 ? start : all.start,
        end: Buffer.compare(end, all.end) > 0 ? end : all.end,
      }),
      first,
    );
  }
}

/** Without those that lie inside another, so that no key is met twice. */
export function disjointPrefixes(prefixes: readonly string[]): string[] {
  const unique = [...new Set(prefixes)];
  return unique.filter((prefix) => !unique.some((other) => other !== prefix && prefix.startsWith(other)));
}

/** The prefix with its last byte raised. UTF-8 has no byte 0xff, so there is always one to raise. */
function prefixEnd(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  end.writeUInt8(end.readUInt8(last) + 1, last);
  return end;
}
