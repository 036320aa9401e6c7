import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import type { AssignedHost } from "../../resources/assignment.ts";
import { Backoff } from "../../runtime/backoff.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type Controller, startController } from "../../runtime/controller.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import { startInformer } from "../../store/informer.ts";
import type { Store } from "../../store/store.ts";
import { watchMalformed } from "../../store/watch-malformed.ts";
import { every } from "../every.ts";
import { Heartbeat, type HostIdentity } from "./heartbeat.ts";
import { HostReporter } from "./host-reporter.ts";
import { InstanceReconciler } from "./instance-reconciler.ts";
import { decodeNodeRecord, type Informers, type NodeRecord, NodeView } from "./node-view.ts";

export interface NodeOptions {
  readonly name: string;
  readonly store: Store;
  readonly hypervisor: Hypervisor;
  readonly identity: HostIdentity;
  readonly ttlSeconds: number;
  /** Reports and takes nothing. */
  readonly observeOnly: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly concurrency?: number;
  /** Told what the Hypervisor object wishes of this host, at the start and whenever it changes. */
  readonly onHostAssigned?: (host: AssignedHost) => void;
  readonly metrics?: Metrics;
  /** For heartbeats; absent: `store`. Where many nodes share a store that lets only so much through at once. */
  readonly beatStore?: Store;
  /** Told of each acknowledged heartbeat: milliseconds since it was due. */
  readonly onBeat?: (delayMs: number) => void;
}

export interface RunningNode {
  /** Guests run on; the host says that it takes no more work. */
  stop(): Promise<void>;
  /** For tests: nothing queued and nothing running. */
  idle(): Promise<void>;
  held(): boolean;
  /** For tests: what is done every RESYNC_MS. */
  resync(): Promise<void>;
}

/** Every machine is looked at again this often, whatever was or was not heard. */
const RESYNC_MS = 60_000;

/**
 * Starts the node controller of one hypervisor. Resolves once what runs was adopted and the host says that it takes
 * work. Nothing is started or changed before the picture of its assignments is complete.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { name, clock, log } = options;
  const heartbeat = await Heartbeat.start({ ...options, store: options.beatStore ?? options.store });
  const informers = startInformers(options);
  await Promise.all([informers.assigned.ready, informers.observed.ready]);
  const stopTelling = [informers.assigned, informers.observed].map((one) => watchMalformed(one, log, options.metrics));
  const view = new NodeView(name, informers);
  const deps = {
    ...options,
    view,
    held: () => heartbeat.held(),
    caughtUp: (revision: number) => informers.observed.caughtUp(revision),
  };
  const reconciler = new InstanceReconciler(deps);
  const queue = startQueue(options, reconciler);
  tellHost(options, view);
  const everything = () => (options.observeOnly ? Promise.resolve() : enqueueAll(options.hypervisor, view, queue));
  const resync = () =>
    everything().catch((error: unknown) => log.warn({ error: messageOf(error) }, "looking at everything failed"));
  const reporter = new HostReporter(deps);
  const stopListening = listen(options, { view, informers, reconciler, queue, resync, reporter });
  await resync();
  await reporter.start();
  const cancelResync = every(clock, RESYNC_MS, () => void resync());
  return {
    held: () => heartbeat.held(),
    idle: () => queue.idle(),
    resync,
    stop: async () => {
      cancelResync();
      stopListening();
      for (const stop of stopTelling) stop();
      await queue.stop();
      await reporter.stop();
      await heartbeat.stop();
      await Promise.all([informers.assigned.stop(), informers.observed.stop()]);
    },
  };
}

function startQueue(options: NodeOptions, reconciler: InstanceReconciler): Controller {
  const { clock, log, random, metrics, concurrency = 8 } = options;
  return startController({
    name: "node",
    reconcile: (uid, context) => reconciler.reconcile(uid, context),
    clock,
    log,
    concurrency,
    backoff: new Backoff({ baseMs: 100, maxMs: 30_000, random }),
    ...(metrics ? { metrics } : {}),
  });
}

function startInformers({ name, store, clock, log }: NodeOptions): Informers {
  const start = (prefix: string) =>
    startInformer<NodeRecord>({ store, prefixes: [prefix], decode: decodeNodeRecord, clock, log, freeze: false });
  return { assigned: start(`assigned/${name}/`), observed: start(`observed/${name}/`) };
}

function tellHost({ onHostAssigned }: NodeOptions, view: NodeView): void {
  const host = view.assignedHost()?.value;
  if (host) onHostAssigned?.(host);
}

interface Listeners {
  readonly view: NodeView;
  readonly informers: Informers;
  readonly reconciler: InstanceReconciler;
  readonly queue: Controller;
  readonly resync: () => Promise<void>;
  readonly reporter: HostReporter;
}

/** Problems that a change of the host's networks may mend. */
const OF_THE_NETWORKS: ReadonlySet<string> = new Set(["NetworkNotFound", "BridgeNotFound"]);
/** Problems that another wish of the Hypervisor object (KVM or not) may mend. */
const OF_THE_WISH: ReadonlySet<string> = new Set(["DefineRefused"]);

/** Whatever concerns a uid puts it into the queue; an observing node only hears what its Hypervisor object wishes. */
function listen(options: NodeOptions, listeners: Listeners): () => void {
  const { view, informers, reconciler, queue, resync, reporter } = listeners;
  const hostChanged = (reasons: ReadonlySet<string>) => {
    void reporter.reportNow();
    if (!options.observeOnly) for (const uid of reconciler.hostChanged(reasons)) queue.enqueue(uid);
  };
  const stopAssigned = informers.assigned.onChange((key) => {
    const [, , section, uid] = key.split("/");
    if (section === "host") {
      tellHost(options, view);
      hostChanged(OF_THE_WISH);
    }
    if (options.observeOnly || !uid || (section !== "instances" && section !== "data")) return;
    reconciler.assignmentChanged(uid);
    queue.enqueue(uid);
  });
  const stopObserved = informers.observed.onChange((key) => {
    const [, , section, uid] = key.split("/");
    // Our own word is no news; that somebody took it away or spoilt it is.
    if (!options.observeOnly && section === "instances" && uid && !view.observed(uid)) queue.enqueue(uid);
  });
  const stopEvents = options.hypervisor.onEvent((event) => {
    if (event.kind === "network") return hostChanged(OF_THE_NETWORKS);
    if (event.kind === "connection") void reporter.reportNow();
    if (options.observeOnly) return;
    if (event.kind === "connection") void resync();
    else queue.enqueue(event.uid);
  });
  return () => {
    for (const stop of [stopAssigned, stopObserved, stopEvents]) stop();
  };
}

/** All that etcd speaks of and all that runs here: what is in one but not the other is news too. */
async function enqueueAll(hypervisor: Hypervisor, view: NodeView, queue: Controller): Promise<void> {
  for (const uid of view.uids()) queue.enqueue(uid);
  for (const { uid } of await hypervisor.list()) queue.enqueue(uid);
}
