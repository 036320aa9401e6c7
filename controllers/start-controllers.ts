import type { Placement } from "../placement/placement.ts";
import { PREFIX } from "../resources/keys.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { ensureSealingKey } from "../store/ensure-sealing-key.ts";
import { startInformer } from "../store/informer.ts";
import type { Informer } from "../store/informer-contract.ts";
import type { Store } from "../store/store.ts";
import { isDenied } from "../store/store-error.ts";
import { watchMalformed } from "../store/watch-malformed.ts";
import type { ClusterRecord } from "./cluster/cluster-record.ts";
import { ClusterView } from "./cluster/cluster-view.ts";
import { decodeRecord } from "./cluster/decode-record.ts";
import { EventRecorder, type LeaseSource } from "./cluster/event-recorder.ts";
import { HostLiveness } from "./cluster/host-liveness.ts";
import { WATCHED_PREFIXES } from "./cluster/watched-prefixes.ts";
import { Dispatcher } from "./dispatcher.ts";
import { every } from "./every.ts";
import { type Queues, startQueues } from "./start-queues.ts";
import { WaitingIndex } from "./waiting-index.ts";

export interface ControllersOptions {
  /** Fenced by leadership. */
  readonly store: Store;
  readonly placement: Placement;
  readonly leases: LeaseSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** For jitter only. */
  readonly random: () => number;
  /** What is read already; stopped with the controllers. Absent: it is read now. */
  readonly picture?: Informer<ClusterRecord>;
}

export interface RunningControllers {
  stop(): Promise<void>;
  /** For tests: nothing queued and nothing running. */
  idle(): Promise<void>;
  /** For tests: what is done every RESYNC_MS. */
  resync(): void;
}

/** Everything is looked at again this often, whatever was or was not heard. */
const RESYNC_MS = 10 * 60_000;

/** What waits for room is tried again this often: capacity announces itself, an outside Placement's does not. */
const RECHECK_MS = 60_000;

/** Starts every cluster-wide reconciler over one shared picture. Resolves when the picture is there. */
export async function startControllers(options: ControllersOptions): Promise<RunningControllers> {
  const { clock } = options;
  const informer = options.picture ?? startPicture(options);
  await readyToAct(informer, options);
  let isListening = false;
  const liveness = new HostLiveness(clock, (host) => {
    if (isListening) dispatcher.hostFlipped(host);
  });
  const view = new ClusterView(informer, liveness.isAlive);
  const caughtUp = (revision: number) => informer.caughtUp(revision);
  const queues = startQueues(options, { ...options, view, events: new EventRecorder(options), caughtUp });
  const dispatcher = new Dispatcher({ view, queues, waiting: new WaitingIndex(informer), clock });
  for (const key of view.keysUnder(PREFIX.alive)) noteBeat(key, { view, liveness });
  isListening = true;
  const stopListening = listen(dispatcher, { informer, view, liveness, options });
  dispatcher.unboundFirst();
  // A turn for the first decision: looking at everything takes one of its own.
  await new Promise((resolve) => setImmediate(resolve));
  dispatcher.everything();
  const stopResync = every(clock, RESYNC_MS, () => dispatcher.everything());
  const stopRecheck = every(clock, RECHECK_MS, () => dispatcher.send([{ to: "waiting" }]));
  return {
    idle: () => allIdle(queues),
    resync: () => dispatcher.everything(),
    stop: async () => {
      const cancels = [stopResync, stopRecheck, stopListening, () => liveness.stop(), () => dispatcher.stop()];
      for (const cancel of cancels) cancel();
      await Promise.all(Object.values(queues).map((queue) => queue.stop()));
      await informer.stop();
    },
  };
}

interface Sources {
  readonly informer: Informer<ClusterRecord>;
  readonly view: ClusterView;
  readonly liveness: HostLiveness;
  readonly options: ControllersOptions;
}

function noteBeat(key: string, { view, liveness }: Pick<Sources, "view" | "liveness">): void {
  const host = key.slice(PREFIX.alive.length);
  liveness.saw(host, view.alive(host)?.value);
}

/** Whatever may concern a reconciler reaches it. Returns what ends it. */
function listen(dispatcher: Dispatcher, { informer, view, liveness, options }: Sources): () => void {
  const changed = (key: string) => {
    if (key.startsWith(PREFIX.alive)) noteBeat(key, { view, liveness });
    else dispatcher.changed(key);
  };
  const more = () => dispatcher.send([{ to: "waiting" }]);
  const stops = [
    view.dependents.onTouched((uid) => dispatcher.ownerTouched(uid)),
    informer.onChange(changed),
    watchMalformed(informer, options.log, options.metrics),
    options.placement.onChange(more),
    view.images.onBetter(more),
    view.bound.onRelabelled(more),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function readyToAct(informer: Informer<ClusterRecord>, options: ControllersOptions): Promise<void> {
  try {
    await sealingKey(options);
    await informer.ready;
  } catch (error) {
    await informer.stop();
    throw error;
  }
}

/** Without it Secrets cannot be stored, and nothing else is any worse: a role of an older vmctl has not the right. */
async function sealingKey({ store, clock, log }: ControllersOptions): Promise<void> {
  try {
    await ensureSealingKey(store, clock);
  } catch (error) {
    if (!isDenied(error)) throw error;
    log.error(
      { error },
      "no Secret can be sealed: give this controller its whole role (vmctl auth commands prints it)",
    );
  }
}

/** Of all that controllers look at. Begins to read at once. */
export function startPicture({
  store,
  clock,
  log,
}: Pick<ControllersOptions, "store" | "clock" | "log">): Informer<ClusterRecord> {
  const prefixes = WATCHED_PREFIXES;
  return startInformer<ClusterRecord>({ store, prefixes, decode: decodeRecord, clock, log, freeze: false });
}

async function allIdle(queues: Queues): Promise<void> {
  for (const queue of Object.values(queues)) await queue.idle();
}
