import { randomInt, randomUUID } from "node:crypto";
import { every } from "../../controllers/every.ts";
import type { HostIdentity } from "../../controllers/node/heartbeat.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { SettingValues } from "../config/setting.ts";
import { UsageError } from "../config/usage-error.ts";
import { readHostIdentity } from "../node/host-identity.ts";
import type { ProgramParts } from "../program/run-parts.ts";
import type { ProgramContext } from "../program/run-program.ts";
import { VERSION } from "../vmctl/version.ts";
import { awaitNames } from "./await-names.ts";
import { BeatWatch } from "./beat-watch.ts";
import { declareHosts } from "./declare-hosts.ts";
import { type RunningFleet, startFleet } from "./fleet.ts";
import { hostNames } from "./host-names.ts";
import { parseShare } from "./parse-share.ts";
import type { FLEET_SETTINGS } from "./settings.ts";
import { readTemplate, type Template } from "./template.ts";

type Values = SettingValues<typeof FLEET_SETTINGS>;

const TELL_LATE_MS = 30_000;

interface Plan {
  readonly template: Template;
  readonly names: readonly string[];
  readonly failRate: number;
  readonly seed: number;
  readonly ttlSeconds: number;
}

/** The fleet program: the hypervisors declared, then their node controllers; all of it read before anything is done. */
export async function fleetParts(values: Values, context: ProgramContext): Promise<ProgramParts> {
  const plan = await planOf(values);
  const beats = new BeatWatch(plan.ttlSeconds, context);
  const { count, held } = { count: plan.names.length, held: () => fleet?.held() ?? 0 };
  let fleet: RunningFleet | undefined;
  let cancelTelling = () => {};
  return {
    components: [
      {
        name: "fleet",
        start: async (signal) => {
          fleet = await start({ values, plan, context, signal, onBeat: beats.acknowledged });
          cancelTelling = every(systemClock, TELL_LATE_MS, () => beats.warn());
        },
        stop: async () => {
          cancelTelling();
          await fleet?.stop();
          context.log.info(beats.figures, "heartbeats");
        },
      },
    ],
    checks: { leases: () => (held() === count ? undefined : `${held()} of ${count} leases are held`) },
  };
}

async function planOf({ count, template: file, namePrefix, fail, seed, leaseTtl }: Values): Promise<Plan> {
  if (count === undefined) throw new UsageError("--count is missing: how many hypervisors?");
  const template = await readTemplate(file, namePrefix);
  return {
    template,
    names: hostNames(template.prefix, count),
    failRate: parseShare(fail, "--fail"),
    seed: seed ?? randomInt(2 ** 31),
    ttlSeconds: Math.max(2, Math.round(leaseTtl / 1000)),
  };
}

interface Start {
  readonly values: Values;
  readonly plan: Plan;
  readonly context: ProgramContext;
  readonly signal: AbortSignal;
  readonly onBeat: (delayMs: number) => void;
}

async function start({ values, plan, context, signal, onBeat }: Start): Promise<RunningFleet> {
  const { store, log, metrics } = context;
  const { template, names, failRate, seed, ttlSeconds } = plan;
  const began = systemClock.monotonic();
  const tools = { store, clock: systemClock, log, signal };
  const own = await readHostIdentity(VERSION);
  const machineOf = (name: string) => `${own.machineId}/${name}`;
  await awaitNames(names, { ...tools, machineOf });
  await declareHosts(names.map(template.manifestOf), tools);
  const fleet = await startFleet({
    ...tools,
    ...{ names, metrics, machineOf, failRate, seed, ttlSeconds, onBeat },
    log: quiet(log),
    identity: anotherBoot(own),
    capacity: template.capacity,
    bootMs: values.bootMs,
    shutdownMs: values.shutdownMs,
  });
  const ms = Math.round(systemClock.monotonic() - began);
  log.info({ hosts: names.length, first: names[0], last: names.at(-1), ms, ...(failRate > 0 && { seed }) }, "serves");
  return fleet;
}

/** What was in memory is gone: for others this is another boot of each host. */
const anotherBoot = (own: HostIdentity): HostIdentity => ({ ...own, bootId: randomUUID() });

/** What one node tells of each step is too much of a thousand. */
const quiet = (log: Log): Log => ({
  debug: (fields, message) => log.debug(fields, message),
  info: (fields, message) => log.debug(fields, message),
  warn: (fields, message) => log.warn(fields, message),
  error: (fields, message) => log.error(fields, message),
  child: (fields) => quiet(log.child(fields)),
});
