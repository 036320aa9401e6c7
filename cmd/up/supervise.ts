import { mkdir } from "node:fs/promises";
import { electionKey } from "../../resources/keys.ts";
import { Backoff } from "../../runtime/backoff.ts";
import { systemClock } from "../../runtime/clock.ts";
import { CodedError, messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { ETCD_ROOT } from "./certificates.ts";
import { type DataLayout, logFile, processFile } from "./data-layout.ts";
import { ensureRoles } from "./etcd-roles.ts";
import { KeptProgram } from "./kept-program.ts";
import { openUpStore } from "./open-up-store.ts";
import { removeProcessFile, runningPid, writeProcessFile } from "./process-file.ts";
import { controllerCommand, etcdCommand, hostCommand, type ProgramCommand } from "./program-commands.ts";
import { keepConsolesReadable } from "./readable-consoles.ts";
import type { UpState } from "./up-state.ts";

const ETCD_START_MS = 60_000;
const POLL_MS = 100;

/** Sent to the supervisor: node or fleet stops for good, the rest goes on. So that its hypervisors can be deleted. */
export const RETIRE_NODE = "SIGUSR2";

/**
 * Runs the control plane until the signal aborts: etcd, then its users and roles, then controller and node, or fleet; each is
 * started again when it ends. They are stopped in reverse, so that the node can say goodbye; guests run on.
 */
export async function supervise(layout: DataLayout, state: UpState, log: Log, signal: AbortSignal): Promise<void> {
  await claim(layout);
  const running: KeptProgram[] = [];
  let forgetConsoles = () => {};
  try {
    const keep = async (command: ProgramCommand) => {
      const program = await startProgram(layout, command, log);
      running.push(program);
      return program;
    };
    await keep(etcdCommand(layout, state));
    await awaitEtcd(layout, state, signal);
    await ensureRoles(layout, state);
    await keep(controllerCommand(layout, state));
    const host = await keep(hostCommand(layout, state));
    process.on(RETIRE_NODE, () => void host.stop());
    if (state.libvirt.kind !== "none") {
      await mkdir(state.dirs.console, { recursive: true, mode: 0o711 });
      forgetConsoles = await keepConsolesReadable(state.dirs.console, state.invoker, log);
    }
    await aborted(signal);
  } finally {
    forgetConsoles();
    process.removeAllListeners(RETIRE_NODE);
    for (const program of running.reverse()) await program.stop();
    await removeProcessFile(layout.supervisor);
  }
}

async function claim(layout: DataLayout): Promise<void> {
  const other = await runningPid(layout.supervisor);
  if (other !== undefined) throw new CodedError("AlreadyUp", `process ${other} supervises ${layout.dir} already`);
  await mkdir(layout.run, { recursive: true, mode: 0o700 });
  await writeProcessFile(layout.supervisor, process.pid);
}

function startProgram(layout: DataLayout, command: ProgramCommand, log: Log): Promise<KeptProgram> {
  return KeptProgram.start({
    ...command,
    logFile: logFile(layout, command.name),
    processFile: processFile(layout, command.name),
    backoff: new Backoff({ baseMs: 500, maxMs: 30_000, random: Math.random }),
    log,
  });
}

async function awaitEtcd(layout: DataLayout, state: UpState, signal: AbortSignal): Promise<void> {
  const store = await openUpStore(layout, state, ETCD_ROOT);
  const look = () => store.get(electionKey("controller"), { signal }).then(() => undefined, messageOf);
  const deadline = systemClock.monotonic() + ETCD_START_MS;
  try {
    for (let problem = await look(); problem !== undefined; problem = await look()) {
      signal.throwIfAborted();
      if (systemClock.monotonic() > deadline) throw new CodedError("EtcdSilent", `etcd does not come up: ${problem}`);
      await systemClock.sleep(POLL_MS, signal);
    }
  } finally {
    await store.close();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
