import { spawn } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import { systemClock } from "../../runtime/clock.ts";
import { createLog } from "../../runtime/create-log.ts";
import { readContexts } from "../config/context-file.ts";
import type { SettingValues } from "../config/setting.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import { interruptSignal } from "../vmctl/interrupt-signal.ts";
import { programWords } from "./as-root.ts";
import { awaitReady } from "./await-ready.ts";
import { checkTools } from "./check-tools.ts";
import { type DataLayout, dataLayout, logFile } from "./data-layout.ts";
import { endPrograms } from "./end-programs.ts";
import { lookForLibvirt, prepare } from "./prepare.ts";
import { runningPid } from "./process-file.ts";
import { Progress } from "./progress.ts";
import { readyLine } from "./ready-line.ts";
import { changedFlags, resolveUpSettings } from "./resolve-up-settings.ts";
import type { UP_SETTINGS } from "./settings.ts";
import { supervise } from "./supervise.ts";
import { type RememberedSettings, readUpState, type UpState } from "./up-state.ts";
import { writeUserContext } from "./user-context.ts";

type Values = SettingValues<typeof UP_SETTINGS> & { readonly data: string };

const CLAIM_MS = 10_000;

/**
 * Brings the trial control plane of this machine up, or says that it is; either way it ends with the hypervisor Ready
 * and the context written. `flags` are the command's own, to tell what was given from what is remembered.
 */
export async function runUp(values: Values, flags: Readonly<Record<string, unknown>>): Promise<void> {
  const layout = dataLayout(values.data);
  const before = await readUpState(layout);
  const settings = resolveUpSettings(flags, process.env, { path: layout.state, state: before });
  await checkTools(settings.simulated !== undefined);
  if (before) refuseOtherKind(layout, before, settings);
  const progress = new Progress(process.stdout);
  const pid = await runningPid(layout.supervisor);
  if (pid !== undefined && before) {
    refuseChanges(changedFlags(before.settings, settings));
    process.stdout.write(`vmctl is up already (process ${pid}, ${layout.dir})\n`);
    await lookForLibvirt(layout, settings, before, progress);
    return finish(layout, before, values, progress);
  }
  // What a supervisor that died left behind holds the ports.
  if (before) await endPrograms(layout);
  const state = await prepare(layout, settings, before, progress);
  if (values.foreground) return stayInForeground(layout, state, values, progress);
  await detach(layout);
  await finish(layout, state, values, progress);
}

/** What the detached process runs: everything is prepared, only supervision is left. */
export async function runSupervisor(data: string): Promise<void> {
  const layout = dataLayout(data);
  const state = await readUpState(layout);
  if (!state) throw new CommandFailure(EXIT.failed, `${layout.dir} holds no control plane`);
  using interrupt = interruptSignal();
  await supervise(layout, state, createLog({ level: "info" }).child({ program: "up" }), interrupt.signal);
}

/** Its instances would be looked for where they never were. */
function refuseOtherKind(layout: DataLayout, before: UpState, now: RememberedSettings): void {
  if ((before.settings.simulated === undefined) === (now.simulated === undefined)) return;
  if (before.purged) {
    throw new CommandFailure(EXIT.failed, `${layout.dir} holds what a purge had to leave: pass another --data`);
  }
  const message = `${layout.dir} holds a control plane of real hypervisors: pass another --data, or take it away first (vmctl down --purge --data ${layout.dir})`;
  throw new CommandFailure(EXIT.failed, message);
}

function refuseChanges(flags: readonly string[]): void {
  if (flags.length === 0) return;
  throw new CommandFailure(EXIT.failed, `vmctl is up with another ${flags.join(", ")}: \`vmctl down\` first`);
}

/** A session of its own, so that it outlives this terminal. */
async function detach(layout: DataLayout): Promise<void> {
  const output = await open(logFile(layout, "up"), "a", 0o640);
  const words = programWords("up", "--supervise", `--data=${layout.dir}`);
  const child = spawn(process.execPath, words, { detached: true, stdio: ["ignore", output.fd, output.fd], cwd: "/" });
  child.unref();
  await output.close();
  const deadline = systemClock.monotonic() + CLAIM_MS;
  while ((await runningPid(layout.supervisor)) === undefined && child.exitCode === null) {
    if (systemClock.monotonic() > deadline) break;
    await systemClock.sleep(50);
  }
}

async function finish(layout: DataLayout, state: UpState, values: Values, progress: Progress): Promise<void> {
  using interrupt = interruptSignal();
  const { current } = await readContexts(state.contextFile);
  const onEtcd = () => writeUserContext(layout, state);
  await awaitReady(layout, state, onEtcd, { timeoutMs: values.timeout, signal: interrupt.signal, progress });
  process.stdout.write(`${readyLine(layout, state, current)}\n`);
}

/** Readiness is told while it runs; Ctrl-C or SIGTERM stops everything but the guests. */
async function stayInForeground(layout: DataLayout, state: UpState, values: Values, progress: Progress): Promise<void> {
  const log = createLog({ level: "info" }).child({ program: "up" });
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error("stopping"));
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  await mkdir(layout.run, { recursive: true, mode: 0o700 });
  const { current } = await readContexts(state.contextFile);
  const supervised = supervise(layout, state, log, stop.signal);
  const ready = systemClock.sleep(500, stop.signal).then(async () => {
    const wait = { timeoutMs: values.timeout, signal: stop.signal, progress };
    await awaitReady(layout, state, () => writeUserContext(layout, state), wait);
    process.stdout.write(`${readyLine(layout, state, current)}\n`);
  });
  ready.catch((error: unknown) => {
    if (!stop.signal.aborted) log.error({ error }, "not ready");
  });
  await supervised;
}
