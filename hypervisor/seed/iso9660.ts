import { ByteBlock } from "./byte-block.ts";
import { pathTable, setTerminator, volumeDescriptor } from "./iso-descriptor.ts";
import { directoryExtent, directoryRecord, type Extent, SECTOR } from "./iso-directory.ts";
import { type IsoNames, jolietNames, plainNames } from "./iso-names.ts";
import { rockRidgeFile, rockRidgeParent, rockRidgeRoot } from "./rock-ridge.ts";

export interface IsoFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Sectors 0 to 15 are the system area; descriptors and path tables have fixed places behind it. */
const PRIMARY = 16;
const SUPPLEMENTARY = 17;
const TERMINATOR = 18;
const PLAIN_TABLE = { little: 19, big: 20 };
const JOLIET_TABLE = { little: 21, big: 22 };
const FIRST_FREE = 23;
/**
 * The volume's length is a multiple of this many sectors (128 KiB). Not only for tidiness: busybox looks for file
 * systems at 64 KiB too, and on a device that ends before it gives up without having seen this one.
 */
const GRAIN = 64;

const LEGAL_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,29}$/;
const LEGAL_LABEL = /^[A-Za-z0-9_-]{1,16}$/;

interface Placed extends Extent {
  readonly file: IsoFile;
}

/**
 * An ISO 9660 volume with Rock Ridge and Joliet whose files all lie in the root directory. Pure: the same input gives
 * the same bytes; no time, no machine gets in. Throws a RangeError for a name or label that one of the three name
 * spaces cannot hold, and for two files of one name (case is not enough to tell them apart).
 */
export function writeIso9660(volume: { readonly label: string; readonly files: readonly IsoFile[] }): Uint8Array {
  check(volume.label, volume.files);
  const roots = { plain: rootSize(volume.files, plainNames), joliet: rootSize(volume.files, jolietNames) };
  const plain: Extent = { sector: FIRST_FREE, size: roots.plain };
  const joliet: Extent = { sector: after(plain), size: roots.joliet };
  const { placed, end } = place(volume.files, after(joliet));
  const sectors = Math.ceil(end / GRAIN) * GRAIN;
  const image = new ByteBlock(sectors * SECTOR);
  const at = (sector: number, content: Uint8Array) => image.put(sector * SECTOR, content);
  const common = { label: volume.label, sectors };
  at(PRIMARY, volumeDescriptor({ ...common, names: plainNames, root: plain, pathTable: PLAIN_TABLE }));
  at(SUPPLEMENTARY, volumeDescriptor({ ...common, names: jolietNames, root: joliet, pathTable: JOLIET_TABLE }));
  at(TERMINATOR, setTerminator());
  for (const order of ["little", "big"] as const) {
    at(PLAIN_TABLE[order], pathTable(plain, order));
    at(JOLIET_TABLE[order], pathTable(joliet, order));
  }
  at(plain.sector, rootDirectory(plain, placed, plainNames));
  at(joliet.sector, rootDirectory(joliet, placed, jolietNames));
  for (const { file, sector } of placed) at(sector, file.content);
  return image.bytes;
}

function check(label: string, files: readonly IsoFile[]): void {
  if (!LEGAL_LABEL.test(label)) throw new RangeError(`volume label ${JSON.stringify(label)}`);
  const seen = new Set<string>();
  for (const { name } of files) {
    const identifier = String.fromCharCode(...plainNames.identifier(name));
    if (!LEGAL_NAME.test(name)) throw new RangeError(`file name ${JSON.stringify(name)}`);
    if (seen.has(identifier)) throw new RangeError(`two files named ${JSON.stringify(name)}`);
    seen.add(identifier);
  }
}

const sectorsOf = (size: number): number => Math.ceil(size / SECTOR);
const after = ({ sector, size }: Extent): number => sector + sectorsOf(size);

/** An empty file has a sector number and no sector. */
function place(files: readonly IsoFile[], first: number): { placed: Placed[]; end: number } {
  let end = first;
  const placed = files.map((file) => {
    const extent = { file, sector: end, size: file.content.length };
    end = after(extent);
    return extent;
  });
  return { placed, end };
}

/** Does not depend on where things lie, so it is known before they are placed. */
const rootSize = (files: readonly IsoFile[], names: IsoNames): number =>
  rootDirectory({ sector: 0, size: 0 }, place(files, 0).placed, names).length;

/** The root directory, sorted by identifier as ECMA-119 9.3 wants; Rock Ridge only beside plain names. */
function rootDirectory(root: Extent, placed: readonly Placed[], names: IsoNames): Uint8Array {
  const rockRidge = names === plainNames;
  const use = (systemUse: Uint8Array) => (rockRidge ? { systemUse } : {});
  const self = { ...root, directory: true };
  const entries = placed
    .map(({ file, ...extent }) => ({ ...extent, name: file.name, identifier: names.identifier(file.name) }))
    .sort((one, other) => Buffer.compare(one.identifier, other.identifier));
  return directoryExtent([
    directoryRecord({ ...self, identifier: Uint8Array.of(0), ...use(rockRidgeRoot()) }),
    directoryRecord({ ...self, identifier: Uint8Array.of(1), ...use(rockRidgeParent()) }),
    ...entries.map(({ name, ...entry }) =>
      directoryRecord({ ...entry, directory: false, ...use(rockRidgeFile(name)) }),
    ),
  ]);
}
