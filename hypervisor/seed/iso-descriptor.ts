import { ByteBlock } from "./byte-block.ts";
import { directoryRecord, type Extent, SECTOR } from "./iso-directory.ts";
import { type IsoNames, jolietNames } from "./iso-names.ts";

export interface VolumeDescription {
  readonly label: string;
  readonly names: IsoNames;
  /** Sectors of the whole volume. */
  readonly sectors: number;
  readonly root: Extent;
  /** First sectors of the path table in little-endian and big-endian. */
  readonly pathTable: { readonly little: number; readonly big: number };
}

const PATH_TABLE_SIZE = 10;
/** "Not specified" (ECMA-119 8.4.26.1): sixteen digits zero and a zero byte. */
const NO_DATE = "0".repeat(16);
const DATES = [813, 830, 847, 864];
/** Identifiers (set, publisher, preparer, application, three files) that stay blank: offset and length. */
const BLANKS: readonly (readonly [number, number])[] = [
  [190, 128],
  [318, 128],
  [446, 128],
  [574, 128],
  [702, 37],
  [739, 37],
  [776, 37],
];
/** UCS-2 level 3. */
const JOLIET_ESCAPE = "%/E";

/** A primary or, with Joliet's names, a supplementary volume descriptor (ECMA-119 8.4, 8.5). */
export function volumeDescriptor({ label, names, sectors, root, pathTable }: VolumeDescription): Uint8Array {
  const joliet = names === jolietNames;
  const block = descriptor(joliet ? 2 : 1)
    .put(8, names.padded("", 32))
    .put(40, names.padded(label, 32))
    .both32(80, sectors)
    .ascii(88, joliet ? JOLIET_ESCAPE : "")
    .both16(120, 1)
    .both16(124, 1)
    .both16(128, SECTOR)
    .both32(132, PATH_TABLE_SIZE)
    .little32(140, pathTable.little)
    .big32(148, pathTable.big)
    .put(156, directoryRecord({ ...root, identifier: Uint8Array.of(0), directory: true }))
    .byte(881, 1);
  for (const [at, length] of BLANKS) block.put(at, names.padded("", length));
  for (const at of DATES) block.ascii(at, NO_DATE);
  return block.bytes;
}

export const setTerminator = (): Uint8Array => descriptor(255).bytes;

/** The path table of a volume whose only directory is the root (ECMA-119 9.4). */
export function pathTable(root: Extent, order: "little" | "big"): Uint8Array {
  const block = new ByteBlock(PATH_TABLE_SIZE).byte(0, 1);
  return order === "little"
    ? block.little32(2, root.sector).byte(6, 1).bytes
    : block.big32(2, root.sector).byte(7, 1).bytes;
}

const descriptor = (type: number): ByteBlock => new ByteBlock(SECTOR).byte(0, type).ascii(1, "CD001").byte(6, 1);
