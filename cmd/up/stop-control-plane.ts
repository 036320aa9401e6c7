import { type DataLayout, logFile } from "./data-layout.ts";
import { endProcess } from "./end-process.ts";
import { endPrograms } from "./end-programs.ts";

/** More than its programs may take one after the other. */
const SUPERVISOR_GRACE_MS = 60_000;

/** The supervisor, which takes its programs along; then those whose supervisor had died. True if there was any. */
export async function stopControlPlane(layout: DataLayout): Promise<boolean> {
  const beforeKill = () =>
    void process.stdout.write(`the supervisor does not end: killed (${logFile(layout, "up")})\n`);
  const stopped = await endProcess(layout.supervisor, { graceMs: SUPERVISOR_GRACE_MS, beforeKill });
  return (await endPrograms(layout)) || stopped;
}
