import { open } from "node:fs/promises";

const QCOW2 = 0x514649fb;
/** Of the format: a longer name is not allowed. */
const LONGEST_NAME = 1023;

/** The file that a qcow2 is an overlay of, as its header names it; `undefined` for any other file. */
export async function backingFileOf(path: string): Promise<string | undefined> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(20);
    const { bytesRead } = await file.read(header, 0, header.length, 0);
    if (bytesRead < header.length || header.readUInt32BE(0) !== QCOW2) return undefined;
    const name = Buffer.alloc(Math.min(header.readUInt32BE(16), LONGEST_NAME));
    await file.read(name, 0, name.length, Number(header.readBigUInt64BE(8)));
    return name.length === 0 ? undefined : name.toString();
  } finally {
    await file.close();
  }
}
