import type { FlavorSpec } from "./flavor.ts";
import type { InstanceResources, InstanceSpec } from "./instance.ts";
import type { Aggregates, Traits } from "./placement-words.ts";
import type { AcceptedSpec } from "./status-record.ts";

/** The spec of an instance with what its Flavor gave it: amounts it does not say itself, and traits. */
export const specInForce = ({ spec, flavor }: Pick<AcceptedSpec, "spec" | "flavor">): InstanceSpec =>
  withFlavor(spec as InstanceSpec, flavor?.spec);

export function withFlavor(spec: InstanceSpec, flavor: FlavorSpec | undefined): InstanceSpec {
  if (!flavor) return spec;
  const resources = { ...flavor.resources, ...spec.resources } as InstanceResources;
  const traits = bothTraits(flavor.traits, spec.traits);
  const aggregates = bothAggregates(flavor.aggregates, spec.aggregates);
  return { ...spec, resources, ...(traits && { traits }), ...(aggregates && { aggregates }) };
}

const bothTraits = (a: Traits | undefined, b: Traits | undefined) =>
  said({
    required: union(a?.required, b?.required),
    forbidden: union(a?.forbidden, b?.forbidden),
    anyOf: both(a?.anyOf, b?.anyOf),
  });

const bothAggregates = (a: Aggregates | undefined, b: Aggregates | undefined) =>
  said({ memberOf: both(a?.memberOf, b?.memberOf), notMemberOf: union(a?.notMemberOf, b?.notMemberOf) });

type Said<T> = { [Field in keyof T]?: Exclude<T[Field], undefined> };

/** Without fields that say nothing; undefined when none does. */
function said<T extends object>(fields: T): Said<T> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? (Object.fromEntries(entries) as Said<T>) : undefined;
}

function union(a: readonly string[] | undefined, b: readonly string[] | undefined): string[] | undefined {
  return a || b ? [...new Set([...(a ?? []), ...(b ?? [])])] : undefined;
}

type Alternatives = readonly (readonly string[])[];

/** Each list is a condition of its own: all of both hold. */
function both(a: Alternatives | undefined, b: Alternatives | undefined): string[][] | undefined {
  if (!a && !b) return undefined;
  const lists = [...(a ?? []), ...(b ?? [])].map((list) => [...list]);
  return [...new Map(lists.map((list) => [list.join(","), list])).values()];
}
