// Runs checks, build and test suites (hack/suites.json), as many at a time as their weights allow; see hack/test.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endProcesses, leftBehind, MARKER, networksNow } from "./left-behind.mjs";
import { sideBySide } from "./side-by-side.mjs";
import { countsOf, filesOf, remarksOf } from "./test-report.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const suites = JSON.parse(readFileSync(join(root, "hack", "suites.json"), "utf8"));

const BIN = join(root, "node_modules", ".bin");
const CHECKS = [
  { name: "biome", command: ["biome", "check", "."] },
  { name: "types and promises", command: ["oxlint", "--type-check", "--deny-warnings"] },
];
/** For oxlint: one type checker, not several that learn the same types, and no collection of what is used to the end. */
const CHECKS_ENVIRONMENT = { GOMAXPROCS: "1", GOGC: "off" };
const CHECKS_BUDGET_SECONDS = 20;
const BUILD_BUDGET_SECONDS = 5;
/** Of a whole run, whatever runs side by side. */
const ALL_BUDGET_SECONDS = 360;
/** What ends by itself after the last test may take this long. */
const GRACE_MS = 5000;
/** What two processors bear: the sum of the weights (suites.json) of what runs at the same time. */
const CAPACITY = 6;
const build = { name: "build", run: runBuild, weight: CAPACITY };
const checks = { name: "checks", run: runChecks, weight: 2 };

const { names, vitestFlags } = parseArguments(process.argv.slice(2));
// Short, because tests make sockets in it, whose paths may have 107 bytes; in /tmp, where a confined QEMU may read.
const folder = mkdtempSync("/tmp/vt-");
const testRun = { id: folder.slice("/tmp/vt-".length), folder };
const reports = mkdtempSync(join(tmpdir(), "vmctl-reports-"));
/** What one test may leave for the next, and the last for nobody. */
process.env.VMCTL_TEST_KEPT = join(reports, "kept");

/** {name, passed, failed, skipped, seconds, budgetSeconds}, in the order they ran. */
const results = [];
/** What failed or was skipped, said once more at the end: the place in a long log is hard to find. */
const remarks = [];
const running = new Set();
let interruptedBy;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interruptedBy = signal;
    for (const child of running) child.kill(signal);
  });
}

try {
  await runEverything();
} finally {
  for (const path of [reports, folder]) removeFolder(path);
}
process.exitCode = summarize();

function parseArguments(words) {
  const separator = words.indexOf("--");
  const given = separator < 0 ? words : words.slice(0, separator);
  const known = ["checks", ...suites.map(({ name }) => name)];
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`no such suite: ${unknown.join(", ")}; there are ${known.join(", ")}`);
    process.exit(2);
  }
  return { names: given, vitestFlags: separator < 0 ? [] : words.slice(separator + 1) };
}

function isWanted({ name, onlyWhenNamed }) {
  return names.length === 0 ? !onlyWhenNamed : names.includes(name);
}

async function runEverything() {
  const networksBefore = networksNow();
  const wanted = suites.filter(isWanted);
  const steps = [
    ...(names.length === 0 || wanted.some(({ needsBuild }) => needsBuild) ? [build] : []),
    ...(isWanted(checks) ? [checks] : []),
    ...wanted,
  ];
  await sideBySide(steps, CAPACITY, async (step, show) =>
    interruptedBy ? () => {} : (step.run ?? runSuite)(step, show),
  );
  const order = steps.map(({ name }) => name);
  results.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  if (wanted.length > 0) await lookForLeftovers(networksBefore);
}

async function runChecks() {
  const startedAt = performance.now();
  const failures = await Promise.all(
    CHECKS.map(async ({ name, command: [program, ...args] }) => {
      const { status, output } = await runProgram(join(BIN, program), args, { environment: CHECKS_ENVIRONMENT });
      if (status !== 0) console.log(`\n${name}:\n${output.trim()}\n`);
      return status === 0 ? 0 : 1;
    }),
  );
  const failed = failures.reduce((sum, each) => sum + each, 0);
  return recorded("checks", startedAt, CHECKS_BUDGET_SECONDS, { passed: CHECKS.length - failed, failed });
}

async function runBuild() {
  const startedAt = performance.now();
  const { status, output } = await runProgram(process.execPath, [join(root, "hack", "build.mjs")]);
  console.log(output.trim());
  if (status === 0) keepBuild();
  const passed = status === 0 ? 1 : 0;
  return recorded("build", startedAt, BUILD_BUDGET_SECONDS, { passed, failed: 1 - passed });
}

/** For the suites that run programs: dist/ may be built again meanwhile. Ours unless somebody named another. */
function keepBuild() {
  const programs = join(reports, "programs");
  cpSync(join(root, "dist"), programs, { recursive: true });
  writeFileSync(join(programs, "package.json"), '{"type":"module"}\n');
  process.env.VMCTL_TEST_MAIN ??= join(programs, "main.js");
}

/** Resolves with what is to be done when its turn to speak has come. */
async function runSuite(suite, show) {
  const startedAt = performance.now();
  const environment = { TMPDIR: folder, [MARKER]: testRun.id };
  const vitest = [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    ...["run", "--project", suite.name],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${reportOf(suite)}`],
    ...(suite.workers === undefined ? [] : [`--maxWorkers=${suite.workers}`]),
    ...vitestFlags,
  ];
  const words = [...asRootIfNeeded(suite, environment), process.execPath, ...vitest];
  const { status, output } = await runProgram(words[0], words.slice(1), { environment, show });
  const seconds = secondsSince(startedAt);
  return () => {
    if (!show) console.log(output);
    report(suite, { status, seconds });
  };
}

function report(suite, { status, seconds }) {
  const files = filesOf(reportOf(suite));
  remarks.push(...files.flatMap((file) => remarksOf(file, root)));
  const counts = countsOf(files);
  // Died before it could report, or for a reason that is no test's: still a failure.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  results.push({ name: suite.name, ...counts, seconds, budgetSeconds: suite.budgetSeconds });
}

/** Functions, not values: the run begins above. */
function reportOf({ name }) {
  return join(reports, `${name}.json`);
}
function secondsSince(startedAt) {
  return (performance.now() - startedAt) / 1000;
}

/** sudo drops the environment: what matters is handed through by name. */
function asRootIfNeeded(suite, environment) {
  if (!suite.root || process.getuid() === 0) return [];
  const kept = [
    "PATH",
    "HOME",
    "CI",
    "NO_COLOR",
    ...Object.keys(process.env).filter((name) => name.startsWith("VMCTL_")),
  ];
  const all = { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...environment };
  const words = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return ["sudo", "env", ...words];
}

async function lookForLeftovers(networksBefore) {
  const startedAt = performance.now();
  const left = await leftBehind(testRun, networksBefore, GRACE_MS);
  remarks.push(...left.map((line) => `left behind: ${line}`));
  await endProcesses(testRun);
  recorded("nothing left", startedAt, GRACE_MS / 1000, { passed: left.length === 0 ? 1 : 0, failed: left.length })();
}

/** Resolves with {status, output}; never rejects. With `show` the output goes straight to the terminal. */
function runProgram(program, args, { environment = {}, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    running.add(child);
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    const end = (status) => {
      running.delete(child);
      resolve({ status, output });
    };
    child.on("error", (error) => {
      output += error.message;
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** Tests that ran as root may have left what an ordinary user cannot remove. */
function removeFolder(path) {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    spawnSync("sudo", ["rm", "-rf", "--one-file-system", path], { stdio: "inherit" });
  }
}

/** Looks at the clock now, and says where it is to be written when its turn has come. */
function recorded(name, startedAt, budgetSeconds, { passed, failed, skipped = 0 }) {
  const seconds = secondsSince(startedAt);
  return () => results.push({ name, passed, failed, skipped, seconds, budgetSeconds });
}

/** Prints the table and the last line; gives the exit status. */
function summarize() {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  console.log(`\n${row("suite", "passed", "failed", "skipped", "time", "budget")}`);
  const [passed, failed, skipped] = ["passed", "failed", "skipped"].map(sum);
  const all = { name: "all", passed, failed, skipped, seconds: secondsSince(0), budgetSeconds: ALL_BUDGET_SECONDS };
  for (const { name, seconds, budgetSeconds, ...counts } of [...results, all]) {
    const cells = [counts.passed, counts.failed, counts.skipped, `${seconds.toFixed(1)} s`, `${budgetSeconds} s`];
    console.log(`${row(name, ...cells)}${seconds > budgetSeconds ? "   over budget" : ""}`);
  }
  if (remarks.length > 0) console.log(`\n${remarks.join("\n")}`);
  if (interruptedBy) console.log(`\ninterrupted by ${interruptedBy}`);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed > 0 || interruptedBy ? 1 : 0;
}

function row(name, ...cells) {
  return name.padEnd(14) + cells.map((cell) => String(cell).padStart(10)).join("");
}
