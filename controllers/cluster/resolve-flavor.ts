import type { AssignedInstance } from "../../resources/assignment.ts";
import { changedFields } from "../../resources/field-effects.ts";
import { Flavor, type FlavorSpec } from "../../resources/flavor.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import { REASON } from "../../resources/instance-status.ts";
import { objectTail } from "../../resources/keys.ts";
import { shrinksDisk } from "../../resources/shrinks-disk.ts";
import { specInForce, withFlavor } from "../../resources/spec-in-force.ts";
import type { AcceptedSpec, FlavorSnapshot, StatusRecord } from "../../resources/status-record.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NotResolved } from "./not-resolved.ts";
import { specProblem } from "./spec-problem.ts";

export type ResolvedFlavor =
  | {
      readonly ok: true;
      /** What the instance gets; undefined: it names none. */
      readonly flavor: FlavorSnapshot | undefined;
      /** What its Flavor says now, when that is something else and the instance does not follow. */
      readonly newer?: FlavorSnapshot | undefined;
    }
  | NotResolved;

type Chosen = Extract<ResolvedFlavor, { ok: true }>;

/**
 * The Flavor that a spec names, as the instance has or gets it. What is bound keeps what it was made with, unless it
 * names another or follows changes (updatePolicy.flavor); it never gets a smaller disk, nor what another host would
 * have to have.
 */
export function resolveFlavor(view: ClusterView, spec: InstanceSpec, record: StatusRecord | undefined): ResolvedFlavor {
  const before = record?.binding && record.accepted;
  const chosen = chooseFlavor(view, spec, before?.flavor);
  return before && chosen.ok ? fitting(before, spec, chosen) : chosen;
}

/**
 * The same for an instance whose record of it is lost: its host was told what it was made with. What became of its
 * Flavor since, and whether that is there, moves nothing. Only what no host is told (traits, custom classes) is the
 * Flavor's of today.
 */
export function flavorAsTold(
  view: ClusterView,
  { flavor: name }: InstanceSpec,
  { machine, specRevision }: AssignedInstance,
): ResolvedFlavor {
  if (name === undefined) return { ok: true, flavor: undefined };
  const { vcpu, memory, disk } = machine;
  const said = readFlavor(view, name)?.spec ?? storedFlavor(view, name);
  const spec = { ...said, resources: { ...said.resources, vcpu, memory, disk } };
  return { ok: true, flavor: { name, revision: specRevision, spec } };
}

/** What a bound instance can take of it. */
function fitting(before: AcceptedSpec, spec: InstanceSpec, chosen: Chosen): ResolvedFlavor {
  if (!before.flavor && !chosen.flavor) return chosen;
  const problemOf = (flavor: FlavorSnapshot | undefined) => unfit(specInForce(before), withFlavor(spec, flavor?.spec));
  const problem = problemOf(chosen.flavor);
  if (problem === undefined) return chosen;
  // Nobody asked for more than to follow: what cannot be followed is left out.
  const isFollowed = chosen.flavor !== before.flavor && chosen.flavor?.name === before.flavor?.name;
  if (isFollowed && problemOf(before.flavor) === undefined)
    return { ok: true, flavor: before.flavor, newer: chosen.flavor };
  const message = `spec.flavor: ${spec.flavor ?? "none"} ${problem}`;
  return { ok: false, reason: REASON.invalid, message, soon: false };
}

/** `had`: of a bound instance, what it was made with. */
function chooseFlavor(view: ClusterView, spec: InstanceSpec, had: FlavorSnapshot | undefined): ResolvedFlavor {
  const { flavor: name, updatePolicy } = spec;
  if (name === undefined) return { ok: true, flavor: undefined };
  const now = readFlavor(view, name);
  const kept = had?.name === name ? had : undefined;
  if (!kept) return now ? { ok: true, flavor: now } : missing(view, name);
  if (!now || isSame(spec, now.spec, kept.spec)) return { ok: true, flavor: kept };
  if (updatePolicy?.flavor === "OnChange") return { ok: true, flavor: now };
  return { ok: true, flavor: kept, newer: now };
}

/** To this instance: not what it says itself, nor a description. */
const isSame = (spec: InstanceSpec, one: FlavorSpec, other: FlavorSpec): boolean =>
  changedFields(Instance, withFlavor(spec, one), withFlavor(spec, other)).length === 0;

const tailOf = (name: string): string => objectTail(Flavor, undefined, name);

/** What is in force of it, of the revision that said so. */
export function readFlavor(view: ClusterView, name: string): FlavorSnapshot | undefined {
  const status = view.status(tailOf(name));
  if (!view.spec(tailOf(name)) || !status?.value.uid || !status.value.accepted) return undefined;
  return { name, revision: status.modRevision, spec: status.value.accepted.spec as FlavorSpec };
}

/** What stands there, admitted or not. */
function storedFlavor(view: ClusterView, name: string): FlavorSpec {
  const spec = view.spec(tailOf(name))?.value.spec;
  return specProblem(Flavor, spec) === undefined ? (spec as FlavorSpec) : {};
}

function missing(view: ClusterView, name: string): ResolvedFlavor {
  const stored = view.spec(tailOf(name));
  const isThere = stored !== undefined;
  const problem = stored && specProblem(Flavor, stored.value.spec);
  const why = problem === undefined ? "" : `: ${problem}`;
  const message = `Flavor "${name}" ${isThere ? `is not accepted${why}` : "does not exist"}`;
  return { ok: false, reason: REASON.flavorNotFound, message, soon: isThere && !view.status(tailOf(name)) };
}

/** Why a bound instance cannot become this, in words that follow the flavor's name. */
function unfit(before: InstanceSpec, after: InstanceSpec): string | undefined {
  for (const change of changedFields(Instance, before, after)) {
    const { path, effect, old, new: now } = change;
    if (effect === "bound" && path !== "spec.hypervisor")
      return `changes ${path}, which a bound instance cannot take: delete it and make it anew`;
    if (shrinksDisk(change))
      return `has a smaller disk (${now}) than the instance (${old}): disks only grow; set spec.resources.disk`;
  }
  return undefined;
}
