import type { CandidatesQuery, RequestGroup } from "../../../placement/candidates-query.ts";
import { uuid } from "../examples.ts";
import type { Dice } from "./dice.ts";
import { AGGREGATES, DEVICE_CLASSES, HOST_CLASSES, TRAITS } from "./random-world.ts";
import type { World } from "./world.ts";

/** A query of any form that Placement takes at 1.39, in names that the world may have. Without a limit. */
export function randomQuery(dice: Dice, world: World): CandidatesQuery {
  const granular = dice.one([0, 0, 1, 1, 2, 2, 3]);
  const groups: RequestGroup[] = [];
  if (granular === 0 || dice.chance(0.6)) groups.push(randomGroup(dice, world, ""));
  for (let n = 0; n < granular; n++) groups.push(randomGroup(dice, world, `_${"ABC"[n]}`));
  const suffixes = groups.map(({ suffix }) => suffix).filter((suffix) => suffix !== "");
  const sameSubtree = suffixes.length > 0 && dice.chance(0.35) ? [dice.sample(suffixes, dice.number(1, 3))] : [];
  if (sameSubtree.length > 0 && dice.chance(0.4)) {
    groups.push(resourceless(dice));
    sameSubtree[0]?.push("_R");
  }
  return {
    groups,
    ...policy(dice, groups),
    ...(sameSubtree.length > 0 ? { sameSubtree } : {}),
    ...(dice.chance(0.08) ? { rootRequired: [dice.one(TRAITS)] } : {}),
    ...(dice.chance(0.12) ? { rootForbidden: [dice.one(["COMPUTE_STATUS_DISABLED", "HW_CPU_X86_SSE"])] } : {}),
  };
}

/**
 * Unless it is `none`, upstream 8.0 adds up amounts of the unsuffixed and a granular group in an object that all
 * combinations share (copy_arr_if_needed): its answer then depends on their order. Such queries ask for `none`.
 */
function policy(dice: Dice, groups: readonly RequestGroup[]): Pick<CandidatesQuery, "groupPolicy"> {
  const granular = groups.filter(({ suffix }) => suffix !== "");
  const unsuffixed = groups.find(({ suffix }) => suffix === "")?.resources ?? {};
  const overlap = granular.some(({ resources }) =>
    Object.keys(resources).some((name) => Object.hasOwn(unsuffixed, name)),
  );
  if (overlap) return { groupPolicy: "none" };
  if (granular.length > 1 || dice.chance(0.2)) return { groupPolicy: dice.one(["none", "isolate"]) };
  return {};
}

function randomGroup(dice: Dice, world: World, suffix: string): RequestGroup {
  const there = new Set(world.providers.flatMap(({ inventories }) => Object.keys(inventories)));
  const likely = (suffix === "" ? HOST_CLASSES : DEVICE_CLASSES).filter((name) => there.has(name));
  const classes = likely.length > 0 && dice.chance(0.75) ? likely : [...(there.size > 0 ? there : HOST_CLASSES)];
  const names = dice.sample(classes, suffix === "" ? dice.number(1, 3) : dice.one([1, 1, 2]));
  const traits = dice.sample(TRAITS, TRAITS.length);
  return {
    suffix,
    resources: Object.fromEntries(names.map((name) => [name, dice.one([1, 1, 1, 1, 2, 2, 3])])),
    required: dice.chance(0.2) ? [dice.chance(0.3) ? traits.slice(0, 1) : traits.slice(0, 2)] : [],
    // Never one that is required: that is refused.
    forbidden: dice.chance(0.15) ? traits.slice(2, 2 + dice.number(1, 2)) : [],
    memberOf: dice.chance(0.18) ? memberOf(dice) : [],
    notMemberOf: dice.chance(0.1) ? dice.sample(AGGREGATES, dice.number(1, 2)) : [],
    ...(dice.chance(0.08) ? { inTree: uuid(dice.one(world.providers).n) } : {}),
  };
}

const memberOf = (dice: Dice): string[][] =>
  Array.from({ length: dice.one([1, 1, 2]) }, () => dice.sample([...AGGREGATES, uuid(999)], dice.number(1, 3)));

/** Says at least one thing of its provider: an empty group is none. */
function resourceless(dice: Dice): RequestGroup {
  const kind = dice.number(1, 10);
  return {
    ...{ suffix: "_R", resources: {}, notMemberOf: [] },
    required: kind <= 7 ? [[dice.one(TRAITS.slice(1))]] : [],
    forbidden: kind === 8 || dice.chance(0.2) ? TRAITS.slice(0, 1) : [],
    memberOf: kind > 8 || dice.chance(0.2) ? memberOf(dice) : [],
  };
}
