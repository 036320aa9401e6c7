export interface CpioEntry {
  readonly name: string;
  /** File type and permissions as in st_mode. */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Device number of a character or block device. */
  readonly device?: { readonly major: number; readonly minor: number };
}

const TRAILER: CpioEntry = { name: "TRAILER!!!", mode: 0 };

/** A "newc" archive as Linux takes it for an initramfs. Folders come before what lies in them. */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  return Buffer.concat([...entries, TRAILER].flatMap((entry, i) => member(entry, i + 1)));
}

function member({ name, mode, content = new Uint8Array(), device }: CpioEntry, inode: number): readonly Uint8Array[] {
  const path = Buffer.from(`${name}\0`);
  const { major, minor } = device ?? { major: 0, minor: 0 };
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, path.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`);
  return [...aligned(Buffer.concat([header, path])), ...aligned(content)];
}

const aligned = (bytes: Uint8Array): readonly Uint8Array[] => [bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)];
