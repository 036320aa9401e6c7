import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import { statusKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { NamedImage, SecretTexts } from "../../resources/resolve-instance.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { acceptedFrom } from "../cluster/accepted-spec.ts";
import type { ClusterView, Seen } from "../cluster/cluster-view.ts";
import { type InstanceFacts, isUnbound, readInstance } from "../cluster/instance-facts.ts";
import type { NotResolved } from "../cluster/not-resolved.ts";
import { resolveImage } from "../cluster/resolve-image.ts";
import { resolveSecrets } from "../cluster/resolve-secrets.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import type { Wish } from "./peers.ts";

/** An instance that the scheduler acts on, as it stands in the picture. */
export interface Unbound {
  readonly facts: InstanceFacts;
  readonly spec: Seen<StoredObject<InstanceSpec>>;
  /** Its status record with the admission, which may still have to be written. */
  readonly record: StatusRecord<InstanceStatus>;
  /** What is asked for: the spec with what its Flavor gives. */
  readonly wish: InstanceSpec;
}

/** Undefined: it is not the scheduler's (any more). */
export function readUnbound(view: ClusterView, tail: string): Unbound | undefined {
  // Most news are of what has a host.
  if (view.status(tail)?.value.binding || view.problemOf(statusKey(tail)) !== undefined) return undefined;
  const facts = readInstance(view, tail);
  const { spec } = facts;
  if (!spec || !isUnbound(facts) || specProblem(Instance, spec.value.spec) !== undefined) return undefined;
  const accepted = acceptedFrom(spec.value, facts.flavor.ok ? facts.flavor.flavor : undefined);
  const record: StatusRecord<InstanceStatus> = {
    ...facts.status?.value,
    uid: spec.value.metadata.uid,
    specCreateRevision: spec.createRevision,
    accepted,
    status: facts.status?.value.status ?? {},
  };
  return { facts, spec, record, wish: specInForce(accepted) };
}

/** What the host is told beside the spec. */
export interface Needs {
  readonly image: NamedImage | undefined;
  readonly texts: SecretTexts;
}

/** What other objects have to give before it can be placed. */
export function resolveNeeds(
  view: ClusterView,
  { facts, spec }: Unbound,
): ({ readonly ok: true } & Needs) | NotResolved {
  if (!facts.flavor.ok) return facts.flavor;
  const image = resolveImage(view, spec.value.spec);
  if (!image.ok) return image;
  const secrets = resolveSecrets(view, { namespace: facts.namespace, spec: spec.value.spec, image: image.image });
  return secrets.ok ? { ...image, texts: secrets.texts } : secrets;
}

/** Who claims for it: the namespace is the project. */
export const consumerOf = ({ facts, spec }: Unbound) => ({
  uuid: spec.value.metadata.uid,
  project: facts.namespace,
  user: facts.namespace,
});

/** As filters and scores see it. */
export const wishOf = ({ facts, spec, wish }: Pick<Unbound, "facts" | "spec" | "wish">): Wish => ({
  uid: spec.value.metadata.uid,
  namespace: facts.namespace,
  labels: spec.value.metadata.labels ?? {},
  spec: wish,
});

/** One object more for its namespace. */
export const isNew = ({ facts }: Pick<Unbound, "facts">): boolean => facts.status?.value.uid === undefined;
