import { findCondition } from "../../resources/conditions.ts";
import { HYPERVISOR_CONDITION, Hypervisor, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { electionKey } from "../../resources/keys.ts";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import { createObjectClient } from "../../store/objects/object-client.ts";
import { DEFAULT_PREFIX, hostNames } from "../fleet/host-names.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import { ADMIN } from "./certificates.ts";
import { type DataLayout, logFile } from "./data-layout.ts";
import { etcdEndpoint } from "./etcd-words.ts";
import { lastLines } from "./last-lines.ts";
import { openUpStore } from "./open-up-store.ts";
import { runningPid } from "./process-file.ts";
import type { Progress } from "./progress.ts";
import type { UpState } from "./up-state.ts";

export interface Wait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A step is through when its look gives nothing to wait for any more. */
interface Step {
  readonly name: string;
  readonly program: string;
  readonly outcome: string;
  readonly look: () => Promise<string | undefined>;
}

const POLL_MS = 150;

/** Waits until etcd answers, a controller leads and every hypervisor is Ready. CommandFailure says what is not. */
export async function awaitReady(
  layout: DataLayout,
  state: UpState,
  onEtcd: () => Promise<void>,
  wait: Wait,
): Promise<void> {
  const store = await openUpStore(layout, state, ADMIN);
  const deadline = systemClock.monotonic() + wait.timeoutMs;
  try {
    for (const step of steps(store, state, onEtcd)) await pass(layout, step, deadline, wait);
  } finally {
    wait.progress.end();
    await store.close();
  }
}

function steps(store: EtcdStore, state: UpState, onEtcd: () => Promise<void>): readonly Step[] {
  const { ports } = state;
  const isThere = async (key: string) => (await store.get(key)) !== undefined;
  const etcd = async () => {
    await isThere("spec/");
    await onEtcd();
    return undefined;
  };
  return [
    { name: "etcd", program: "etcd", outcome: `answers at ${etcdEndpoint(ports)}`, look: etcd },
    {
      name: "controller",
      program: "controller",
      outcome: "leads",
      look: async () => ((await isThere(electionKey("controller"))) ? undefined : "no leader yet"),
    },
    hostStep(store, state),
  ];
}

function hostStep(store: EtcdStore, { nodeName, ports, settings: { simulated } }: UpState): Step {
  const ready = (program: string) => answersReady(ports.nodeMetrics, program);
  if (simulated === undefined) {
    const look = async () => (await ready("node")) ?? (await hypervisorProblem(store, nodeName));
    return { name: "hypervisor", program: "node", outcome: `${nodeName} is Ready`, look };
  }
  const look = async () => (await ready("fleet")) ?? (await fleetProblem(store, simulated));
  return { name: "hypervisors", program: "fleet", outcome: `${simulated} simulated ones are Ready`, look };
}

async function pass(layout: DataLayout, step: Step, deadline: number, wait: Wait): Promise<void> {
  wait.progress.begin(step.name);
  for (;;) {
    const waitsFor = await step.look().catch(messageOf);
    if (waitsFor === undefined) return wait.progress.done(step.name, step.outcome);
    wait.signal.throwIfAborted();
    wait.progress.note(step.name, waitsFor);
    if ((await runningPid(layout.supervisor)) === undefined) throw await failure(layout, "up", "the supervisor ended");
    if (systemClock.monotonic() > deadline) throw await failure(layout, step.program, `${step.name}: ${waitsFor}`);
    await systemClock.sleep(POLL_MS, wait.signal);
  }
}

async function failure(layout: DataLayout, program: string, message: string): Promise<CommandFailure> {
  const file = logFile(layout, program);
  const said = await lastLines(file, 5);
  return new CommandFailure(EXIT.failed, [`${message}; the last of ${file}:`, ...said].join("\n  "));
}

/** The program holds its leases: what etcd still says from an earlier run does not count. */
async function answersReady(port: number, program: string): Promise<string | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  if (!response) return `the ${program} has not started yet`;
  return response.ok ? undefined : `the ${program} has no lease yet`;
}

async function hypervisorProblem(store: EtcdStore, nodeName: string): Promise<string | undefined> {
  const found = await createObjectClient(store, systemClock).get(Hypervisor, undefined, nodeName);
  const { conditions } = (found?.status ?? {}) as HypervisorStatus;
  const ready = findCondition(conditions, HYPERVISOR_CONDITION.ready);
  if (ready?.status === "True") return undefined;
  return ready ? `${ready.reason}: ${ready.message}` : "not registered yet";
}

/** Those of other fleets and nodes do not count. */
async function fleetProblem(store: EtcdStore, count: number): Promise<string | undefined> {
  const all = await createObjectClient(store, systemClock).list(Hypervisor);
  const names = new Set(hostNames(DEFAULT_PREFIX, count));
  const ready = all.filter(({ metadata, status }) => {
    const { conditions } = (status ?? {}) as HypervisorStatus;
    return names.has(metadata.name) && findCondition(conditions, HYPERVISOR_CONDITION.ready)?.status === "True";
  });
  return ready.length >= count ? undefined : `${ready.length} of ${count} are Ready`;
}
