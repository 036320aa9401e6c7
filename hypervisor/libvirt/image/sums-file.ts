import { HypervisorError } from "../../hypervisor-error.ts";
import { type Expected, parseDigest } from "./checksum.ts";

/**
 * The line for `fileName` in a SUMS file: coreutils' form (`<hex>  name`, `<hex> *name`) or BSD's
 * (`SHA256 (name) = <hex>`). The algorithm follows from the digest's length.
 */
export function findInSums(text: string, fileName: string, saidBy: string): Expected {
  for (const line of text.split(/\r?\n/)) {
    const [, coreutils, name] = /^\\?([0-9a-fA-F]{64,128}) [ *](.+)$/.exec(line) ?? [];
    const [, bsdName, bsd] = /^SHA(?:256|512) \((.+)\) = ([0-9a-fA-F]{64,128})$/.exec(line) ?? [];
    const hex = coreutils ?? bsd;
    if (!hex || !isSameFile(name ?? bsdName ?? "", fileName)) continue;
    const expected = parseDigest(`${hex.length === 64 ? "sha256" : "sha512"}:${hex}`, saidBy);
    if (expected) return expected;
  }
  throw new HypervisorError("ChecksumMismatch", `${saidBy} has no line for ${fileName}`);
}

const isSameFile = (listed: string, wanted: string): boolean => listed.replace(/^\.\//, "") === wanted;
