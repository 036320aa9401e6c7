import { REASON } from "../../placement/refusal.ts";
import { didYouMean } from "../../resources/did-you-mean.ts";
import { HYPERVISOR_CONDITION } from "../../resources/hypervisor.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import {
  admittedHypervisors,
  type HypervisorFacts,
  notServing,
  readHypervisor,
  unavailable,
} from "../cluster/hypervisor-facts.ts";
import { refusalsText } from "./choose.ts";
import { available } from "./filters/available.ts";
import type { Wish } from "./peers.ts";

type Counts = ReadonlyMap<string, number>;

/**
 * Why an instance has no place, as Scheduled=False says it: counted, so that it stays while nothing that matters moves;
 * of one that is pinned, what is the matter with that host.
 */
export function nowhereText(view: ClusterView, wish: Wish, refused: Counts): string {
  const { hypervisor: pin } = wish.spec;
  if (pin !== undefined) return pinnedText(readHypervisor(view, pin), wish, refused);
  const hosts = admittedHypervisors(view);
  const reasons = refusalsText(inOwnWords(hosts, refused)) || "there is none";
  return `0 of ${hosts.length} hypervisors can take it: ${reasons}`;
}

/** Why there is no place on a host that was never admitted. */
export function unknownHostText(view: ClusterView, name: string): string {
  const { spec, identity } = readHypervisor(view, name);
  if (!spec) {
    const names = admittedHypervisors(view).map((host) => host.name);
    return `Hypervisor "${name}" does not exist${didYouMean(name, names)}`;
  }
  return `Hypervisor "${name}" is ${identity.kind === "new" ? "not admitted yet" : "not accepted"}`;
}

function pinnedText(host: HypervisorFacts, wish: Wish, refused: Counts): string {
  const why = unavailable(host);
  const reasons = why === undefined ? [...refused.keys()].sort().join(", ") : textOf(host, wish, why);
  return `its hypervisor ${host.name} cannot take it: ${reasons || "Placement does not know the host yet"}`;
}

function textOf(host: HypervisorFacts, wish: Wish, reason: string): string {
  const text = available.explain?.(host, wish).text ?? reason;
  const since = SINCE.has(reason) ? conditionOf(host)?.lastTransitionTime : undefined;
  return since === undefined ? text : `${text}, since ${since}`;
}

/** What somebody may want to do something about, the sooner the longer it lasts. */
const SINCE: ReadonlySet<string> = new Set(["HostSilent", "Shutdown"]);

function conditionOf(host: HypervisorFacts) {
  const ready = host.status?.value.status.conditions?.find(({ type }) => type === HYPERVISOR_CONDITION.ready);
  return ready?.reason === notServing(host) ? ready : undefined;
}

/**
 * Placement knows one word, a trait, for whatever keeps new instances from a host, and none for hosts that never
 * reported. Where the hosts that we know to be closed are as many as it counts, they are counted by what is the matter
 * with each.
 */
function inOwnWords(hosts: readonly HypervisorFacts[], refused: Counts): Counts {
  const { [REASON.cordoned]: count = 0, ...others } = Object.fromEntries(refused);
  const closed = new Map<string, number>();
  for (const reason of hosts.flatMap((host) => unavailable(host) ?? []))
    closed.set(reason, (closed.get(reason) ?? 0) + 1);
  // One that never reported has no provider that could be counted.
  const unheard = hosts.filter(({ observed, status }) => !observed && status?.value.status.traits === undefined).length;
  // Some of them Placement may have offered, and a filter refused: those are counted already.
  const sum = [...closed].reduce((all, [reason, many]) => all + many - (others[reason] ?? 0), 0);
  return sum === count + unheard ? new Map([...Object.entries(others), ...closed]) : refused;
}
