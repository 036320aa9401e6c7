import { ByteBlock } from "./byte-block.ts";

/** POSIX modes: a seed may hold secrets, and only root reads it in the guest. */
const DIRECTORY_MODE = 0o40500;
const FILE_MODE = 0o100400;

const EXTENSION = "RRIP_1991A";
const DESCRIPTION = "THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS";

/** System use of the root's own entry: says that Rock Ridge is in use, and the directory's mode. */
export const rockRidgeRoot = (): Uint8Array => joined([sharingProtocol(), posix(DIRECTORY_MODE, 2), extension()]);

/** System use of the parent entry. */
export const rockRidgeParent = (): Uint8Array => posix(DIRECTORY_MODE, 2);

/** System use of a file: mode and the name as it was given. */
export const rockRidgeFile = (name: string): Uint8Array => joined([posix(FILE_MODE, 1), alternateName(name)]);

/** SUSP 5.3. */
const sharingProtocol = (): Uint8Array => field("SP", 7).byte(4, 0xbe).byte(5, 0xef).bytes;

/** SUSP 5.5. Sources are optional, and without them the whole entry fits in the record. */
const extension = (): Uint8Array =>
  field("ER", 8 + EXTENSION.length + DESCRIPTION.length)
    .byte(4, EXTENSION.length)
    .byte(5, DESCRIPTION.length)
    .byte(7, 1)
    .ascii(8, EXTENSION + DESCRIPTION).bytes;

/** RRIP 4.1.1: mode, links, owner, group. */
const posix = (mode: number, links: number): Uint8Array => field("PX", 36).both32(4, mode).both32(12, links).bytes;

/** RRIP 4.1.4. */
const alternateName = (name: string): Uint8Array => field("NM", 5 + name.length).ascii(5, name).bytes;

const field = (signature: string, size: number): ByteBlock =>
  new ByteBlock(size).ascii(0, signature).byte(2, size).byte(3, 1);

function joined(fields: readonly Uint8Array[]): Uint8Array {
  const block = new ByteBlock(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const content of fields) {
    block.put(at, content);
    at += content.length;
  }
  return block.bytes;
}
