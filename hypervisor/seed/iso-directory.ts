import { ByteBlock } from "./byte-block.ts";

export const SECTOR = 2048;

/** Where a file or directory lies: first sector, length in bytes. */
export interface Extent {
  readonly sector: number;
  readonly size: number;
}

export interface DirectoryRecord extends Extent {
  readonly identifier: Uint8Array;
  readonly directory: boolean;
  /** System use entries (Rock Ridge) behind the identifier. */
  readonly systemUse?: Uint8Array;
}

/** 1 January 1970, UTC: years since 1900, month, day, then time and zone. Fixed, so the same files give the same bytes. */
const RECORDED = Uint8Array.of(70, 1, 1, 0, 0, 0, 0);
const HEADER = 33;
const LONGEST_RECORD = 255;

/** One directory record (ECMA-119 9.1). */
export function directoryRecord(entry: DirectoryRecord): Uint8Array {
  const systemUse = entry.systemUse ?? new Uint8Array();
  const named = even(HEADER + entry.identifier.length);
  const size = even(named + systemUse.length);
  if (size > LONGEST_RECORD) throw new RangeError(`directory record of ${size} bytes`);
  return new ByteBlock(size)
    .byte(0, size)
    .both32(2, entry.sector)
    .both32(10, entry.size)
    .put(18, RECORDED)
    .byte(25, entry.directory ? 2 : 0)
    .both16(28, 1)
    .byte(32, entry.identifier.length)
    .put(HEADER, entry.identifier)
    .put(named, systemUse).bytes;
}

const even = (length: number): number => length + (length % 2);

/** Records one after the other, none across a sector boundary; whole sectors. */
export function directoryExtent(records: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  const places = records.map((record) => {
    if ((at % SECTOR) + record.length > SECTOR) at = Math.ceil(at / SECTOR) * SECTOR;
    const place = at;
    at += record.length;
    return { place, record };
  });
  const block = new ByteBlock(Math.max(1, Math.ceil(at / SECTOR)) * SECTOR);
  for (const { place, record } of places) block.put(place, record);
  return block.bytes;
}
