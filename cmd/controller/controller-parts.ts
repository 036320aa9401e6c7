import { hostname } from "node:os";
import { startControllers, startPicture } from "../../controllers/start-controllers.ts";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import { Election } from "../../store/election.ts";
import { EventLeases } from "../../store/event-leases.ts";
import { fencedStore } from "../../store/fenced-store.ts";
import { joinedCommits } from "../../store/joined-commits.ts";
import type { Leadership } from "../../store/leadership.ts";
import type { SettingValues } from "../config/setting.ts";
import { type OpenPlacement, placementOpener } from "../placement/open-placement.ts";
import type { ProgramParts } from "../program/run-parts.ts";
import type { ProgramContext } from "../program/run-program.ts";
import { VERSION } from "../vmctl/version.ts";
import type { CONTROLLER_SETTINGS } from "./settings.ts";

type Values = SettingValues<typeof CONTROLLER_SETTINGS>;

/** The controller program: campaigns, acts while it leads, campaigns again. */
export async function controllerParts(values: Values, context: ProgramContext): Promise<ProgramParts> {
  const open = await placementOpener(values);
  const stop = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  return {
    components: [
      {
        name: "controllers",
        start: async () => {
          loop = leadForever({ ...context, values, open }, stop.signal);
        },
        stop: async () => {
          stop.abort(new Error("stopping"));
          await loop;
        },
      },
    ],
    checks: { etcd: async () => context.store.get("elections/controller").then(() => undefined, messageOf) },
  };
}

interface Wired extends ProgramContext {
  readonly values: Values;
  readonly open: OpenPlacement;
}

async function leadForever(wired: Wired, signal: AbortSignal): Promise<void> {
  const { store, log, values } = wired;
  const holder = `${hostname()}/${process.pid}`;
  const ttlSeconds = Math.max(2, Math.round(values.electionTtl / 1000));
  const election = new Election({
    ...{ store, clock: systemClock, name: "controller", ttlSeconds, log },
    ...{ holder, version: VERSION },
  });
  while (!signal.aborted) {
    try {
      const leadership = await election.campaign(signal);
      log.info({ holder }, "leads");
      await lead(wired, leadership, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ error: messageOf(error) }, "not leading; campaigns again");
      await systemClock.sleep(1_000, signal).catch(() => {});
    }
  }
}

/** Statuses of many instances are written at a time: what comes while so many requests are under way shares the next. */
const COMMITS_AT_ONCE = 4;

/** Acts until the term ends or the program stops. */
async function lead(wired: Wired, leadership: Leadership, signal: AbortSignal): Promise<void> {
  const { log, metrics, open } = wired;
  const store = fencedStore(joinedCommits(wired.store, { atOnce: COMMITS_AT_ONCE }), leadership.fence());
  const over = AbortSignal.any([signal, leadership.lost]);
  try {
    // Both are read at the same time.
    const picture = startPicture({ store, clock: systemClock, log });
    const placement = await open(store, log).catch(async (error: unknown) => {
      await picture.stop();
      throw error;
    });
    try {
      const leases = new EventLeases({ store, clock: systemClock });
      const running = await startControllers({
        store,
        picture,
        placement,
        leases,
        clock: systemClock,
        log,
        metrics,
        random: Math.random,
      });
      await ended(over);
      await running.stop();
    } finally {
      await placement.close();
    }
  } finally {
    await leadership.resign();
  }
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
