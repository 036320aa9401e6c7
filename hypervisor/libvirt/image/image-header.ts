import { open } from "node:fs/promises";
import { HypervisorError } from "../../hypervisor-error.ts";

const QCOW2 = 0x514649fb;
const EXTERNAL_DATA = 1n << 2n;

/** Formats people offer by mistake, told by their first bytes, so that they are not booted as raw disks. */
const OTHER: readonly (readonly [hex: string, name: string])[] = [
  ["1f8b", "gzip"],
  ["fd377a585a00", "xz"],
  ["28b52ffd", "zstd"],
  ["425a68", "bzip2"],
  ["504b0304", "zip"],
  ["4b444d56", "vmdk"],
  ["636f6e6563746978", "vhd"],
  ["7668647866696c65", "vhdx"],
  ["51454400", "qed"],
  ["3c3c3c20", "vdi"],
  ["3c21444f43545950", "HTML page"],
  ["3c21646f63747970", "HTML page"],
  ["3c68746d6c", "HTML page"],
];

/**
 * The format told by the file's own first bytes, read without any image library: what points to other files or is
 * encrypted is refused before qemu-img opens it. `asked` is what the manifest says; the two must agree, but "raw" is
 * taken at its word.
 */
export async function checkImageHeader(path: string, asked: "qcow2" | "raw" | undefined): Promise<"qcow2" | "raw"> {
  const header = await firstBytes(path, 104);
  if (header.length < 72) throw invalid("the file is too short to be a disk image");
  if (asked === "raw") return "raw";
  if (header.readUInt32BE(0) === QCOW2) {
    checkQcow2(header);
    return "qcow2";
  }
  const other = OTHER.find(([hex]) => header.subarray(0, hex.length / 2).toString("hex") === hex)?.[1];
  if (other) throw invalid(`the file is ${other}; qcow2 and raw are accepted`);
  if (asked === "qcow2") throw invalid("the file is not qcow2");
  return "raw";
}

function checkQcow2(header: Buffer): void {
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw invalid(`qcow2 version ${version} is not known`);
  if (header.readBigUInt64BE(8) !== 0n) throw invalid("the image has a backing file of its own");
  if (header.readUInt32BE(32) !== 0) throw invalid("the image is encrypted");
  if (version === 3 && header.length >= 80 && header.readBigUInt64BE(72) & EXTERNAL_DATA) {
    throw invalid("the image keeps its data in another file");
  }
}

const invalid = (message: string) => new HypervisorError("ImageInvalid", message);

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
