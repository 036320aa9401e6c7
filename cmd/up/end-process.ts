import { systemClock } from "../../runtime/clock.ts";
import { runningPid } from "./process-file.ts";

const POLL_MS = 50;

export interface EndOptions {
  /** How long it may take to end by itself before it is killed, in milliseconds. */
  readonly graceMs: number;
  readonly beforeKill?: () => void;
}

/** Ends the process of a process file and waits until it is gone. True if there was one. */
export async function endProcess(file: string, { graceMs, beforeKill }: EndOptions): Promise<boolean> {
  const pid = await runningPid(file);
  if (pid === undefined) return false;
  signalProcess(pid, "SIGTERM");
  const deadline = systemClock.monotonic() + graceMs;
  let killed = false;
  while ((await runningPid(file)) === pid) {
    if (!killed && systemClock.monotonic() > deadline) {
      beforeKill?.();
      signalProcess(pid, "SIGKILL");
      killed = true;
    }
    await systemClock.sleep(POLL_MS);
  }
  return true;
}

/** Already gone is success. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
