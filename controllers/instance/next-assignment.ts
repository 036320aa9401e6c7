import type { AssignedInstance } from "../../resources/assignment.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import { isSameJson } from "../../resources/is-same-json.ts";
import { ANNOTATION } from "../../resources/meta.ts";
import type { NamedImage, SecretTexts } from "../../resources/resolve-instance.ts";
import type { AcceptedSpec, StatusRecord } from "../../resources/status-record.ts";
import { resolveAssignment } from "../cluster/assignment.ts";
import { type InstanceFacts, isBelieved } from "../cluster/instance-facts.ts";
import { present } from "../cluster/present.ts";
import type { ResolvedImage } from "../cluster/resolve-image.ts";
import type { ResolvedSecrets } from "../cluster/resolve-secrets.ts";

export type Resolved = ReturnType<typeof resolveAssignment>;

export interface AssignmentSources {
  readonly facts: InstanceFacts;
  /** Problem of the readable spec's content, by validation; undefined when it is in order. */
  readonly invalid: string | undefined;
  readonly resolveImage: (accepted: AcceptedSpec) => ResolvedImage;
  readonly resolveSecrets: (accepted: AcceptedSpec, image: NamedImage | undefined) => ResolvedSecrets;
  /** Why there is no room for more than the instance has now: it keeps its size, everything else is carried on. */
  readonly noRoom?: string;
}

/** The assignment to be written; none when it already says so or cannot be resolved now. */
export function nextAssignment(input: AssignmentSources, record: StatusRecord<InstanceStatus>): Resolved | undefined {
  const resolved = resolve(input, record);
  const current = input.facts.assigned?.value;
  if (!resolved || !current) return resolved;
  const assigned = input.noRoom === undefined ? resolved.assigned : keepSize(resolved.assigned, current, record);
  return isSameJson(current, assigned) ? undefined : { ...resolved, assigned };
}

function keepSize(assigned: AssignedInstance, current: AssignedInstance, { accepted }: StatusRecord): AssignedInstance {
  const { vcpu, memory, disk } = current.machine;
  const kept = { ...assigned, machine: { ...assigned.machine, vcpu, memory, disk } };
  const { [ANNOTATION.restart]: token, [ANNOTATION.rolloutRestart]: forChange } = accepted?.annotations ?? {};
  if (token === undefined || token !== forChange) return kept;
  // The guest would go down and come up with the size that it has.
  const { restartToken: _held, ...rest } = kept;
  return { ...rest, ...present({ restartToken: current.restartToken }) };
}

function resolve(input: AssignmentSources, record: StatusRecord<InstanceStatus>): Resolved | undefined {
  const { facts } = input;
  const { accepted, binding, uid } = record;
  if (!accepted || !binding || !uid) return undefined;
  const found = imageFor(input, accepted);
  if (!found) return undefined;
  const { image } = found;
  const texts = textsFor(input, accepted, image);
  if (!texts) return undefined;
  const { namespace, name } = facts;
  const specRevision = revisionInForce(input);
  return resolveAssignment({ uid, namespace, name, binding, accepted, specRevision, image, texts });
}

/** Of a Secret that cannot be opened now, the host keeps what it was told. Undefined: nobody knows what that was. */
function textsFor(
  input: AssignmentSources,
  accepted: AcceptedSpec,
  image: NamedImage | undefined,
): SecretTexts | undefined {
  const found = input.resolveSecrets(accepted, image);
  if (found.ok) return found.texts;
  const told = input.facts.assigned?.value;
  if (!told) return undefined;
  const kept = (digest: string | undefined) => (digest === undefined ? undefined : { digest });
  const { userDataFrom } = (accepted.spec as InstanceSpec).cloudInit ?? {};
  return {
    userData: userDataFrom && kept(told.guest.userData),
    credentials: kept(told.machine.image.credentials),
  };
}

/** An Image that was deleted since keeps what runs on it: the host has its copy. Undefined: cannot be resolved now. */
function imageFor(input: AssignmentSources, accepted: AcceptedSpec): { image: NamedImage | undefined } | undefined {
  const found = input.resolveImage(accepted);
  if (found.ok) return { image: found.image };
  const last = lastImage(input.facts.assigned?.value);
  return last && { image: last };
}

function lastImage(assigned: AssignedInstance | undefined): NamedImage | undefined {
  if (!assigned?.machine.image.name) return undefined;
  const { name, digest, credentials: _told, ...spec } = assigned.machine.image;
  return { name, spec, digest };
}

/** Of the spec that is in force: a spec that is not believed moves nothing on. */
export function revisionInForce({ facts, invalid }: AssignmentSources): number {
  const { spec, assigned } = facts;
  if (spec && isBelieved(facts) && invalid === undefined) return spec.modRevision;
  return assigned?.value.specRevision ?? 0;
}
