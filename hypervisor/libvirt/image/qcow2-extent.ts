import { type FileHandle, open } from "node:fs/promises";
import { HypervisorError } from "../../hypervisor-error.ts";

/** QEMU's own limits (block/qcow2.h): bytes of an L1 table and of a refcount table. */
const LONGEST_L1 = 32 * 2 ** 20;
const LONGEST_REFCOUNT_TABLE = 8 * 2 ** 20;
/** Bytes of L2 tables looked at: those of 512 GiB in clusters of 64 KiB. Beyond it, those that lie last are enough. */
const ENOUGH_L2 = 64 * 2 ** 20;
const HEADER = 104;
const EXTENDED_L2 = 1 << 4;
const ENTRY = 8;

interface Layout {
  readonly clusterBits: number;
  /** 16 where clusters have subclusters, else 8; the first 8 bytes are alike. */
  readonly l2EntryBytes: number;
  readonly l1: Range;
  readonly refcounts: Range;
}

interface Range {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Refuses a qcow2 that was cut off: `ImageTruncated` if a table reaches past the end of the file, or a cluster begins
 * there (QEMU lets the last one end early). `ImageInvalid` for what QEMU would not open. Reads L1 and refcount table and
 * at most ENOUGH_L2 of what they point to, whatever the file claims; internal snapshots are nobody's disk here.
 */
export async function checkQcow2Extent(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const layout = await readLayout(file);
    if (!layout) return;
    const cluster = 2 ** layout.clusterBits;
    for (const at of await pointersIn(file, size, layout.refcounts)) mustEnd({ at, bytes: 1 }, size);
    const tables = await pointersIn(file, size, layout.l1);
    for (const at of tables) mustEnd({ at, bytes: cluster }, size);
    for (const at of tables.slice(0, Math.ceil(ENOUGH_L2 / cluster))) {
      const table = await read(file, { at, bytes: cluster });
      mustEnd({ at: furthest(table, layout), bytes: 1 }, size);
    }
  } finally {
    await file.close();
  }
}

/** Undefined: cut within the header, which says enough to whoever reads it next. */
async function readLayout(file: FileHandle): Promise<Layout | undefined> {
  const header = await read(file, { at: 0, bytes: HEADER });
  if (header.length < HEADER) return undefined;
  const clusterBits = header.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21) throw invalid(`clusters of 2^${clusterBits} bytes`);
  const isExtended = header.readUInt32BE(4) >= 3 && (header.readUInt32BE(76) & EXTENDED_L2) !== 0;
  const l1 = { at: Number(header.readBigUInt64BE(40)), bytes: header.readUInt32BE(36) * ENTRY };
  const refcounts = { at: Number(header.readBigUInt64BE(48)), bytes: header.readUInt32BE(56) * 2 ** clusterBits };
  if (l1.bytes > LONGEST_L1) throw invalid(`an L1 table of ${l1.bytes} bytes`);
  if (refcounts.bytes > LONGEST_REFCOUNT_TABLE) throw invalid(`a refcount table of ${refcounts.bytes} bytes`);
  return { clusterBits, l2EntryBytes: isExtended ? 2 * ENTRY : ENTRY, l1, refcounts };
}

/** Where a table of L2 tables or refcount blocks points, each place once, what lies last in the file first. */
async function pointersIn(file: FileHandle, size: number, range: Range): Promise<Float64Array> {
  mustEnd(range, size);
  const table = await read(file, range);
  const found = new Float64Array(Math.floor(table.length / ENTRY));
  for (let i = 0; i < found.length; i++) found[i] = offsetAt(table, i * ENTRY);
  found.sort().reverse();
  return found.filter((at, i) => at > 0 && at !== found[i - 1]);
}

/** Where the cluster begins that lies last of those an L2 table points to; 0: it points to none. */
function furthest(table: Buffer, { clusterBits, l2EntryBytes }: Layout): number {
  // The host offset of a compressed cluster has 62 - (cluster_bits - 8) bits, and nothing is aligned.
  const highBits = 2 ** (62 - (clusterBits - 8) - 32) - 1;
  let last = 0;
  for (let at = 0; at + l2EntryBytes <= table.length; at += l2EntryBytes) {
    const high = table.readUInt32BE(at);
    const isCompressed = (high & 0x40000000) !== 0;
    const offset = isCompressed ? (high & highBits) * 2 ** 32 + table.readUInt32BE(at + 4) : offsetAt(table, at);
    if (offset > last) last = offset;
  }
  return last;
}

/** Bits 9 to 55 of an entry. */
const offsetAt = (table: Buffer, at: number): number =>
  (table.readUInt32BE(at) & 0x00ffffff) * 2 ** 32 + ((table.readUInt32BE(at + 4) & 0xfffffe00) >>> 0);

function mustEnd({ at, bytes }: Range, size: number): void {
  if (at + bytes <= size) return;
  const message = `the file ends after ${size} bytes, and its tables point to byte ${at}: it was cut off, or is damaged`;
  throw new HypervisorError("ImageTruncated", message);
}

async function read(file: FileHandle, { at, bytes }: Range): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}

const invalid = (what: string) =>
  new HypervisorError("ImageInvalid", `the image claims ${what}, which QEMU does not open`);
