import { type DataLayout, processFile } from "./data-layout.ts";
import { endProcess } from "./end-process.ts";

const GRACE_MS = 15_000;

/** Ends etcd, controller, node and fleet if they run without a supervisor, users of etcd first. True if any did. */
export async function endPrograms(layout: DataLayout): Promise<boolean> {
  let ended = false;
  for (const program of ["fleet", "node", "controller", "etcd"]) {
    ended = (await endProcess(processFile(layout, program), { graceMs: GRACE_MS })) || ended;
  }
  return ended;
}
