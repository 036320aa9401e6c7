import { canonicalJson } from "../../resources/canonical-json.ts";
import type { FlavorSpec } from "../../resources/flavor.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import type { InstanceTemplate } from "../../resources/instance-set.ts";
import { ANNOTATION, API_VERSION, type StoredObject } from "../../resources/meta.ts";
import { readManagedFields } from "../../resources/ownership/managed-fields.ts";
import { mergeOwned } from "../../resources/ownership/merge-owned.ts";
import { type OwnedDocument, ownedPart, ownedSchema, withOwnedPart } from "../../resources/ownership/owned-document.ts";
import { withManagedFields } from "../../resources/ownership/with-managed-fields.ts";
import { MANAGER, nameOfMember, ownerReferenceTo, type SetInForce } from "./instance-set.ts";

type Member = StoredObject<InstanceSpec>;

/** The template that instances are to have, under the name of its revision. */
export interface Wanted {
  readonly set: SetInForce;
  readonly revision: string;
  /** See timestamp(). */
  readonly now: string;
  /** What a Flavor says now; undefined: there is none of the name. */
  readonly flavorOf: (name: string) => FlavorSpec | undefined;
}

/** An instance that is not there yet. */
export function newMember(wanted: Wanted, ordinal: number, uid: string): Member {
  const { set, now } = wanted;
  const metadata = {
    name: nameOfMember(set, ordinal),
    namespace: set.namespace,
    uid,
    generation: 1,
    creationTimestamp: now,
  };
  const bare: Member = { apiVersion: API_VERSION, kind: Instance.kind, metadata, spec: {} };
  const made = withRestart(fromTemplate(wanted, bare), restartTokenOf(set));
  return { ...made, metadata: { ...made.metadata, generation: 1 } };
}

/**
 * The instance as the template has it. Fields of the template are the set's, whoever changed them; what an older
 * template had and this one has not goes away; everything else is somebody else's and stays. The same object comes
 * back as the same text. Restarts are asked for apart (withRestart).
 */
export function fromTemplate({ set, revision, now }: Wanted, live: Member): Member {
  const sides = {
    live: ownedPart(live),
    managed: readManagedFields(live.metadata.managedFields),
    wanted: templatePart(set, revision),
  };
  const merged = mergeOwned(ownedSchema(Instance), sides, { manager: MANAGER, force: true, now });
  if (merged.kind === "conflict") return live;
  const next = withOwnedPart(live, merged.document) as Member;
  const isSameSpec = canonicalJson(next.spec) === canonicalJson(live.spec);
  const generation = isSameSpec ? live.metadata.generation : live.metadata.generation + 1;
  return withManagedFields({ ...next, metadata: { ...next.metadata, generation } }, merged.managed) as Member;
}

/** Only the reference: an adopted instance is changed later, in its turn. */
export function adopted(set: SetInForce, live: Member): Member {
  const owners = (live.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== set.uid);
  return { ...live, metadata: { ...live.metadata, ownerReferences: [...owners, ownerReferenceTo(set)] } };
}

/** What `rollout restart` wrote into the template. */
export const restartTokenOf = ({ spec }: SetInForce): string | undefined =>
  spec.template.metadata?.annotations?.[ANNOTATION.restart];

/** `isForChange`: what is written with it takes effect by it; without room for that it would be for nothing. */
export function withRestart(object: Member, token: string | undefined, isForChange = false): Member {
  if (token === undefined) return object;
  const mark = isForChange ? { [ANNOTATION.rolloutRestart]: token } : {};
  const annotations = { ...object.metadata.annotations, [ANNOTATION.restart]: token, ...mark };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function templatePart(set: SetInForce, revision: string): OwnedDocument {
  const { metadata = {}, spec }: InstanceTemplate = set.spec.template;
  const { [ANNOTATION.restart]: _apart, ...annotations } = metadata.annotations ?? {};
  return ownedPart({
    metadata: {
      labels: metadata.labels,
      annotations: { ...annotations, [ANNOTATION.revision]: revision },
      ownerReferences: [ownerReferenceTo(set)],
    },
    spec,
  });
}
