import { open } from "node:fs/promises";

const TAIL_BYTES = 16 * 1024;

/** The end of a text file, whole lines without blank ones; none when it cannot be read. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
    return lines.filter((line) => line.trim() !== "").slice(-count);
  } finally {
    await file.close();
  }
}
