import { createHash, type Hash } from "node:crypto";
import { HypervisorError } from "../../hypervisor-error.ts";

export type Algorithm = "sha256" | "sha512";

/** A digest the content must have, and who says so (for the message). */
export interface Expected {
  readonly algorithm: Algorithm;
  readonly hex: string;
  readonly saidBy: string;
}

/** `sha256:<hex>` or `sha512:<hex>`. Anything else: undefined. */
export function parseDigest(text: string, saidBy: string): Expected | undefined {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(text.toLowerCase());
  const [, algorithm, hex = ""] = match ?? [];
  if (hex.length !== (algorithm === "sha256" ? 64 : 128)) return undefined;
  return { algorithm: algorithm as Algorithm, hex, saidBy };
}

/** Computes sha256 (the cache's name for the content), and sha512 only when somebody expects it. */
export class ContentDigest {
  readonly #hashes: ReadonlyMap<Algorithm, Hash>;

  constructor(expected: readonly Expected[]) {
    const algorithms = new Set<Algorithm>(["sha256", ...expected.map(({ algorithm }) => algorithm)]);
    this.#hashes = new Map([...algorithms].map((algorithm) => [algorithm, createHash(algorithm)]));
  }

  update(chunk: Uint8Array): void {
    for (const hash of this.#hashes.values()) hash.update(chunk);
  }

  /** Ends the computation: the sha256 in hex, or `ChecksumMismatch`. Call once. */
  verify(expected: readonly Expected[]): string {
    const hex = new Map([...this.#hashes].map(([algorithm, hash]) => [algorithm, hash.digest("hex")]));
    for (const { algorithm, hex: wanted, saidBy } of expected) {
      const got = hex.get(algorithm);
      if (got === wanted) continue;
      throw new HypervisorError(
        "ChecksumMismatch",
        `${saidBy} says ${algorithm}:${wanted}, the content has ${algorithm}:${got}`,
      );
    }
    return hex.get("sha256") ?? "";
  }
}
