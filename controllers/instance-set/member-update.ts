import { canonicalJson } from "../../resources/canonical-json.ts";
import { changedFields, type FieldChange } from "../../resources/field-effects.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import { ANNOTATION, type StoredObject } from "../../resources/meta.ts";
import { nextToken } from "../../resources/next-token.ts";
import { shrinksDisk } from "../../resources/shrinks-disk.ts";
import { withFlavor } from "../../resources/spec-in-force.ts";
import { isBound, type Member, needsRebuild } from "./member.ts";
import { fromTemplate, restartTokenOf, type Wanted, withRestart } from "./member-object.ts";

/** What it takes to bring one instance to the template. */
export type MemberUpdate =
  | { readonly kind: "none" }
  /** Nothing that runs is disturbed by it. */
  | { readonly kind: "write"; readonly object: StoredObject<InstanceSpec> }
  /** The guest goes down for it: in its turn. */
  | { readonly kind: "disrupt"; readonly object: StoredObject<InstanceSpec>; readonly because: string }
  /** Only another instance in its place can have it: in its turn. */
  | { readonly kind: "replace"; readonly because: string }
  /** It may not be done; the instance is left as it is. */
  | { readonly kind: "held"; readonly because: string };

/**
 * Pure. `nowMs` makes the token of a restart. A change that needs a new disk is written whatever the policy: without
 * `OnChange` the instance itself holds it back and says so, and nothing that runs is disturbed.
 */
export function updateOf(wanted: Wanted, member: Member, nowMs: number): MemberUpdate {
  const live = member.object;
  if (!live) return { kind: "none" };
  const next = fromTemplate(wanted, live);
  const changes = changedFields(Instance, ...withFlavors(wanted, member, [live.spec, next.spec]));
  const isPlaced = isBound(member);
  const fixed = isPlaced ? changes.filter(isFixed) : [];
  if (fixed.length > 0) return replacement(next, fixed);
  const restarted = changes.filter(({ effect }) => effect === "restart");
  const token = restartToken(wanted, live, restarted, nowMs);
  const rebuilt = rebuiltBy(member, next, changes);
  const object = withRestart(next, token, restarted.length > 0);
  if (isPlaced && (token !== undefined || rebuilt))
    return { kind: "disrupt", object, because: fieldsOf([...restarted, ...(rebuilt ?? [])]) || "as asked" };
  return canonicalJson(object) === canonicalJson(live) ? { kind: "none" } : { kind: "write", object };
}

/**
 * Both with what their Flavors give, so that a template which names another one is judged by its size and traits: of the
 * same one an instance keeps what it has. Flavors themselves are no field then.
 */
function withFlavors(
  { flavorOf }: Wanted,
  { record }: Member,
  [live, next]: readonly [InstanceSpec, InstanceSpec],
): [InstanceSpec, InstanceSpec] {
  const kept = record?.accepted?.flavor;
  const expanded = ({ flavor, ...spec }: InstanceSpec): InstanceSpec => {
    if (flavor === undefined) return spec;
    return withFlavor(spec, flavor === kept?.name ? kept.spec : flavorOf(flavor));
  };
  return [expanded(live), expanded(next)];
}

type Stored = StoredObject<InstanceSpec>;

const mayRebuild = ({ spec }: Stored): boolean => spec.updatePolicy?.recreate === "OnChange";

const replacement = (next: Stored, fixed: readonly FieldChange[]): MemberUpdate =>
  mayRebuild(next) ? { kind: "replace", because: fieldsOf(fixed) } : { kind: "held", because: heldBy(fixed) };

/** What the host would make a new disk for as soon as it reads this; undefined: for nothing. */
function rebuiltBy(member: Member, next: Stored, changes: readonly FieldChange[]): readonly FieldChange[] | undefined {
  if (!mayRebuild(next)) return undefined;
  const rebuilt = changes.filter(({ effect }) => effect === "recreate" || effect === "guestConfig");
  const isLifted = member.object !== undefined && !mayRebuild(member.object) && needsRebuild(member);
  return rebuilt.length > 0 || isLifted ? rebuilt : undefined;
}

/** What a bound instance cannot take: where it runs, and a smaller disk. */
const isFixed = (change: FieldChange): boolean => change.effect === "bound" || shrinksDisk(change);

const fieldsOf = (changes: readonly FieldChange[]): string => changes.map(({ path }) => path).join(", ");

const heldBy = (changes: readonly FieldChange[]): string =>
  `${fieldsOf(changes)} cannot change on a bound instance: delete it, and it is made again from the template`;

/** A restart carries out what waits for one; the template's own is given on once. */
function restartToken(
  { set }: Wanted,
  live: Stored,
  restarted: readonly FieldChange[],
  nowMs: number,
): string | undefined {
  const [asked, last] = [restartTokenOf(set), live.metadata.annotations?.[ANNOTATION.restart]];
  const isAsked = asked !== undefined && (last === undefined || asked > last);
  if (restarted.length > 0) return nextToken(nowMs, isAsked ? asked : last);
  return isAsked ? asked : undefined;
}
