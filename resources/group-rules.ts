import { closestWord } from "./closest-word.ts";
import { groupRequest } from "./group-request.ts";
import type { InstanceSpec } from "./instance.ts";
import { DEFAULT_SIZE } from "./machine-size.ts";
import { wordsProblems } from "./placement-rules.ts";
import type { ResourceGroup } from "./placement-words.ts";
import type { Problem, ProblemPath } from "./problem.ts";
import { bytesOf, parseQuantity, toGibibytes, toMebibytes } from "./quantity.ts";

const GROUPS = ["spec", "resourceGroups"];

/** What no schema can say about resourceGroups, groupPolicy and sameSubtree: the rules of Placement for groups. */
export function groupProblems(spec: InstanceSpec): Problem[] {
  const groups = spec.resourceGroups ?? [];
  return [
    ...groups.flatMap((group, index) => ownProblems(spec, group, [...GROUPS, index])),
    ...duplicates(groups),
    ...policyProblems(spec),
    ...subtreeProblems(spec),
    ...sizeProblems(spec),
  ];
}

function ownProblems(spec: InstanceSpec, group: ResourceGroup, path: ProblemPath): Problem[] {
  const { name, resources = {} } = group;
  const uncountable = (["memory", "disk"] as const).filter(
    (field) => resources[field] !== undefined && !((parseQuantity(resources[field]) ?? 0) > 0),
  );
  const isNamed = (spec.sameSubtree ?? []).some((names) => names.includes(name));
  return [
    ...wordsProblems(group, path),
    ...uncountable.map((field) => ({
      path: [...path, "resources", field],
      message: `must be at least 1 byte, and countable (got ${resources[field]})`,
    })),
    ...misnamed(resources, path),
    ...(Object.keys(resources).length === 0 && !isNamed
      ? [{ path: [...path, "resources"], message: "is required, but in a group that sameSubtree names" }]
      : []),
  ];
}

const OUR_WORD: Readonly<Record<string, string>> = { VCPU: "vcpu", MEMORY_MB: "memory", DISK_GB: "disk" };

/** One name for a thing: what has a word of ours is not asked for by its class as well. */
const misnamed = (resources: object, path: ProblemPath): Problem[] =>
  Object.keys(resources).flatMap((name) => {
    const word = Object.hasOwn(OUR_WORD, name) ? OUR_WORD[name] : undefined;
    if (word === undefined) return [];
    return [{ path: [...path, "resources", name], message: "is not a field", suggestion: word }];
  });

function duplicates(groups: readonly ResourceGroup[]): Problem[] {
  return groups.flatMap(({ name }, index) => {
    const first = groups.findIndex((other) => other.name === name);
    if (first === index) return [];
    return [{ path: [...GROUPS, index, "name"], message: `is taken by group ${first} (got "${name}")` }];
  });
}

function policyProblems({ resourceGroups = [], groupPolicy }: InstanceSpec): Problem[] {
  if (resourceGroups.length < 2 || groupPolicy !== undefined) return [];
  return [{ path: ["spec", "groupPolicy"], message: "is required with more than one resource group: none or isolate" }];
}

function subtreeProblems({ resourceGroups = [], sameSubtree = [], placement }: InstanceSpec): Problem[] {
  // What a query names as well is looked at beside the query.
  if (placement?.query !== undefined) return [];
  const known = resourceGroups.map(({ name }) => name);
  return sameSubtree.flatMap((names, list) =>
    names.flatMap((name, index) => {
      if (known.includes(name)) return [];
      const suggestion = closestWord(name, known);
      const path = ["spec", "sameSubtree", list, index];
      const message = `is not the name of a resource group (got "${name}")`;
      return [{ path, message, ...(suggestion === undefined ? {} : { suggestion }) }];
    }),
  );
}

const MEASURES = [
  ["vcpu", "VCPU", (amount: string | number) => Number(amount)],
  ["memory", "MEMORY_MB", (amount: string | number) => toMebibytes(bytesOf(amount))],
  ["disk", "DISK_GB", (amount: string | number) => toGibibytes(bytesOf(amount))],
] as const;

/** Groups divide the machine's size. What a Flavor may give is not known here; the scheduler looks again. */
function sizeProblems(spec: InstanceSpec): Problem[] {
  const { resourceGroups = [], resources = {}, flavor } = spec;
  return MEASURES.flatMap(([field, className, measure]) => {
    const size = resources[field] ?? (flavor === undefined ? DEFAULT_SIZE[field] : undefined);
    if (size === undefined || (field !== "vcpu" && parseQuantity(size) === undefined)) return [];
    const asked = resourceGroups.reduce((sum, group) => sum + (groupRequest(group.resources)[className] ?? 0), 0);
    if (asked <= measure(size)) return [];
    const message = `is less than the resource groups ask for: ${measure(size)} of ${asked} ${className}`;
    return [{ path: ["spec", "resources", field], message }];
  });
}
