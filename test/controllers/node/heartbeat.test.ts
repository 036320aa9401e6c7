import { expect, it } from "vitest";
import { Heartbeat } from "../../../controllers/node/heartbeat.ts";
import { type Log, silentLog } from "../../../runtime/log.ts";
import type { Lease, LeaseOptions, Outcome, Store } from "../../../store/store.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const EVERY_MS = 5_000;

/** A host whose etcd answers when it is told to, or fails. */
async function host(random: number) {
  const clock = new FakeClock();
  const sent: number[] = [];
  const delays: number[] = [];
  const lines: string[] = [];
  const granted: LeaseOptions[] = [];
  const etcd = { takesMs: 0, isDown: false };
  let revision = 1;
  const commit = async (): Promise<Outcome> => {
    sent.push(clock.monotonic());
    if (etcd.isDown) throw new Error("down");
    if (etcd.takesMs > 0) await clock.sleep(etcd.takesMs);
    return { kind: "committed", revision: ++revision };
  };
  const grantLease = async (_: number, options: LeaseOptions = {}) => {
    granted.push(options);
    return { id: "7", held: () => true, revoke: async () => {}, abandon: () => {} } as unknown as Lease;
  };
  const say = (_: object, message: string) => void lines.push(message);
  const log: Log = { ...silentLog, warn: say, info: say };
  const heartbeat = await Heartbeat.start({
    ...{ clock, log, name: "h", ttlSeconds: 15, random: () => random },
    store: { get: async () => undefined, commit, grantLease } as unknown as Store,
    identity: { machineId: "m", bootId: "b", startToken: "t", version: "test" },
    onBeat: (delayMs) => delays.push(delayMs),
  });
  sent.length = 0;
  return { clock, sent, delays, lines, granted, etcd, heartbeat };
}

it("begins at a moment of its own, and so does the lease; then it is due once a period", async () => {
  const { clock, sent, delays, granted, heartbeat } = await host(0.25);
  await clock.advance(3 * EVERY_MS);
  expect(sent).toEqual([1_200, 6_200, 11_200]);
  expect(delays).toEqual([0, 0, 0]);
  expect(granted.map(({ phase }) => phase)).toEqual([0.25]);
  await heartbeat.stop();
});

it("keeps its rhythm whatever an answer took, and tells how late that was", async () => {
  const { clock, sent, delays, etcd, heartbeat } = await host(0);
  etcd.takesMs = 2_000;
  await clock.advance(2_500);
  etcd.takesMs = 0;
  await clock.advance(8_000);
  expect(sent).toEqual([0, 5_000, 10_000]);
  expect(delays).toEqual([2_000, 0, 0]);
  await heartbeat.stop();
});

it("counts from the first try that was due, complains once, and says when it is back", async () => {
  const { clock, sent, delays, lines, etcd, heartbeat } = await host(0);
  etcd.isDown = true;
  await clock.advance(2_500);
  etcd.isDown = false;
  await clock.advance(3_000);
  expect(sent).toEqual([0, 1_000, 2_000, 3_000, 5_000]);
  expect(delays).toEqual([3_000, 0]);
  expect(lines).toEqual(["heartbeat failed", "heartbeat is back"]);
  await heartbeat.stop();
});
