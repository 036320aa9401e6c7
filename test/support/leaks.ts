import { afterAll, beforeAll } from "vitest";
import { TimerTracker } from "./timer-tracker.ts";

/**
 * Fails a test file that leaves something behind which keeps a process alive: timers, sockets, servers, watchers,
 * children. Runs after the file's own clean-up (hooks end in reverse order). What closes by itself may take
 * GRACE_MS for it; the runner's own channel to its parent is there before and after.
 */
const GRACE_MS = 3000;
const POLL_MS = 20;

/** Work that ends by itself within the turn, and timers, which the tracker tells apart from the runner's. */
const NOT_COUNTED = new Set(["Timeout", "Immediate", "TickObject", "FSReqCallback", "FSReqPromise", "CloseReq"]);

const timers = new TimerTracker();
const realSetTimeout = setTimeout;
let before: ReadonlyMap<string, number>;

beforeAll(() => {
  before = activeResources();
  timers.install();
});

afterAll(async () => {
  timers.uninstall();
  const deadline = performance.now() + GRACE_MS;
  let leaked = leftBehind();
  while (leaked.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => realSetTimeout(resolve, POLL_MS));
    leaked = leftBehind();
  }
  if (leaked.length === 0) return;
  throw new Error(["this test file leaves behind:", ...leaked, ...openHandles()].join("\n  "));
}, GRACE_MS + 10_000);

const leftBehind = (): string[] => [...timers.pending(), ...moreThanBefore()];

function activeResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    if (!NOT_COUNTED.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

function moreThanBefore(): string[] {
  const more: string[] = [];
  for (const [type, count] of activeResources()) {
    const extra = count - (before.get(type) ?? 0);
    if (extra > 0) more.push(`${extra} × ${type}`);
  }
  return more;
}

interface Handle {
  readonly pid?: number;
  readonly spawnargs?: readonly string[];
  readonly localPort?: number;
  readonly remotePort?: number;
}

/** Best effort, for the message only: Node has no public way to say which socket or child it is. */
function openHandles(): string[] {
  const internal = process as unknown as { _getActiveHandles?: () => Handle[] };
  return (internal._getActiveHandles?.() ?? []).flatMap(({ pid, spawnargs, localPort, remotePort }) => {
    if (pid) return [`open: child ${pid} ${spawnargs?.join(" ")}`];
    return localPort ? [`open: socket from port ${localPort} to ${remotePort}`] : [];
  });
}
