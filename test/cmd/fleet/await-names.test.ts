import { expect, it } from "vitest";
import { awaitNames } from "../../../cmd/fleet/await-names.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import { FakeClock } from "../../support/fake-clock.ts";

type Beats = Readonly<Record<string, object>>;
const beat = (machineId: string, sequence: number, startToken = "one") => ({
  ...{ machineId, bootId: "boot", startToken, sequence, version: "test" },
});

/** What the heartbeats are at each look; the last stays. */
function waiting(...looks: Beats[]) {
  const clock = new FakeClock();
  let look = 0;
  const list = async () => {
    const beats = looks[Math.min(look++, looks.length - 1)] ?? {};
    const entries = Object.entries(beats).map(([key, value]) => ({ key, value: JSON.stringify(value) }));
    return { entries, revision: 1 };
  };
  const options = { store: { list } as unknown as Store, clock, log: silentLog, signal: new AbortController().signal };
  const done = awaitNames(["r-0001", "r-0002"], { ...options, machineOf: (name) => `m/${name}` });
  const outcome = done.then(
    () => "free",
    (error: Error) => error.message,
  );
  return { clock, outcome, looks: () => look };
}

const ours = (sequence: number, token?: string) => ({ "alive/r-0002": beat("m/r-0002", sequence, token) });

it("are free at once when nobody lives under them", async () => {
  const { outcome, looks } = waiting({ "alive/r-00011": beat("x", 1), "alive/other": beat("x", 1) });
  expect(await outcome).toBe("free");
  expect(looks()).toBe(1);
});

it("are waited for while the heartbeat of one that was killed here stands still", async () => {
  const { clock, outcome, looks } = waiting(ours(7), ours(7), ours(7), {});
  for (let step = 0; step < 3; step++) {
    await clock.waiters(1);
    await clock.advance(250);
  }
  expect(await outcome).toBe("free");
  expect(looks()).toBe(4);
});

it.each([
  ["moves", [ours(7), ours(8)], "in another fleet on this machine"],
  ["is of a newer start", [ours(7), ours(7, "two")], "in another fleet on this machine"],
  ["came up meanwhile", [{ "alive/r-0001": beat("m/r-0001", 1) }, ours(1)], "in another fleet on this machine"],
  ["is another machine's", [{ "alive/r-0001": beat("elsewhere", 1) }], "alive elsewhere (elsewhere)"],
])("are refused when a heartbeat %s", async (_, looks, message) => {
  const { clock, outcome } = waiting(...looks);
  if (looks.length > 1) {
    await clock.waiters(1);
    await clock.advance(250);
  }
  expect(await outcome).toContain(message);
});
