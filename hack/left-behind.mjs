// What a test run may leave on the machine, and how it is found again: each run has a marker in the environment and
// a folder of its own for temporary files. A process that has either is the run's, whoever started it.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Written by Node and its tools as caches, for whoever comes next. */
const CACHES = /^(node-compile-cache|tsx-\d+|v8-compile-cache.*)$/;

export const MARKER = "VMCTL_TEST_RUN";

/** Processes of the run but this one, as {pid, command}. */
export function processesOf({ id, folder }) {
  const found = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!pid || pid === process.pid) continue;
    const command = readProc(pid, "cmdline").replaceAll("\0", " ").trim();
    const belongs = readProc(pid, "environ").split("\0").includes(`${MARKER}=${id}`) || command.includes(folder);
    if (belongs && !isZombie(pid)) found.push({ pid, command });
  }
  return found;
}

/** Entries left in the run's folder. */
export function filesOf({ folder }) {
  return readdirSync(folder)
    .filter((name) => !CACHES.test(name))
    .map((name) => join(folder, name));
}

/** Network namespaces and interfaces with our prefix; compared before and after. */
export function networksNow() {
  const links = run("ip", ["-o", "link", "show"])
    .split("\n")
    .map((line) => line.split(/:\s+/)[1]?.split("@")[0] ?? "");
  const namespaces = run("ip", ["netns", "list"])
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "");
  const ours = (name) => /^(vmctl|vmt|vt-)/.test(name);
  return new Set([
    ...links.filter(ours).map((name) => `link ${name}`),
    ...namespaces.filter(ours).map((name) => `netns ${name}`),
  ]);
}

/** Waits until nothing is left or the grace is over; gives one line for each thing that stayed. */
export async function leftBehind(run, networksBefore, graceMs) {
  const deadline = performance.now() + graceMs;
  for (;;) {
    const lines = [
      ...processesOf(run).map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`),
      ...filesOf(run).map((path) => `file ${path}`),
      ...[...networksNow()].filter((name) => !networksBefore.has(name)),
    ];
    if (lines.length === 0 || performance.now() > deadline) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends the run's own processes: asked first, then killed. */
export async function endProcesses(run) {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    for (const { pid } of processesOf(run)) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone meanwhile, or another user's: it is in the list that fails the run.
      }
    }
    const deadline = performance.now() + 3000;
    while (processesOf(run).length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

const isZombie = (pid) => /\) Z /.test(readProc(pid, "stat"));

function run(program, args) {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
