import { readFile, rm, writeFile } from "node:fs/promises";

/** A process told from any later one that got its number: by when it began, and in which boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as /proc has it. */
  readonly startTime: string;
  readonly bootId: string;
}

/** `undefined`: there is no such process, or only its zombie. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The command's name is in parentheses and may hold anything; the fields are counted behind it.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTime = fields?.[19];
  if (startTime === undefined || fields?.[0] === "Z") return undefined;
  const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  return { pid, startTime, bootId };
}

export async function writeProcessFile(path: string, pid: number): Promise<void> {
  const identity = await identifyProcess(pid);
  if (identity) await writeFile(path, `${JSON.stringify(identity)}\n`, { mode: 0o644 });
}

/** The pid of the process that the file is about, if it still runs; a stale, torn or missing file is `undefined`. */
export async function runningPid(path: string): Promise<number | undefined> {
  const written = parse(await readFile(path, "utf8").catch(() => ""));
  if (!written) return undefined;
  const now = await identifyProcess(written.pid);
  return now?.startTime === written.startTime && now.bootId === written.bootId ? written.pid : undefined;
}

export const removeProcessFile = (path: string): Promise<void> => rm(path, { force: true });

function parse(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    const { pid, startTime, bootId } = value;
    if (!Number.isSafeInteger(pid) || typeof startTime !== "string" || typeof bootId !== "string") return undefined;
    return { pid: Number(pid), startTime, bootId };
  } catch {
    return undefined;
  }
}
