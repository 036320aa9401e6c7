import type { CandidatesQuery, RequestGroup } from "./candidates-query.ts";
import type { Candidate, Consumer, Inventory, ProviderState } from "./placement.ts";
import { PlacementError } from "./placement-error.ts";
import { STANDARD_CLASSES } from "./standard-classes.ts";
import { STANDARD_TRAITS } from "./standard-traits.ts";

// What can be refused without looking at any state, by the limits of upstream's JSON schemas.

const MAX_INT = 2_147_483_647;
const NAME = /^[A-Z0-9_]{1,255}$/;
const SUFFIX = /^[a-zA-Z0-9_-]{0,64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const isCustomName = (name: string): boolean => name.startsWith("CUSTOM_") && NAME.test(name);
export const isStandardClass = (name: string): boolean => STANDARD_CLASSES.has(name);
export const isStandardTrait = (name: string): boolean => STANDARD_TRAITS.has(name);

export function checkQuery(query: CandidatesQuery): void {
  const { groups, groupPolicy, rootRequired = [], rootForbidden = [], sameSubtree = [], limit } = query;
  const suffixes = groups.map(({ suffix }) => suffix);
  if (groups.length === 0) refuse("no resources asked for");
  if (new Set(suffixes).size < suffixes.length) refuse("two groups have the same suffix");
  if (suffixes.filter((suffix) => suffix !== "").length > 1 && groupPolicy === undefined)
    refuse("group_policy is needed for more than one group with a suffix");
  const inSubtree = sameSubtree.flat();
  const stranger = inSubtree.find((suffix) => suffix === "" || !suffixes.includes(suffix));
  if (stranger !== undefined) refuse(`same_subtree names "${stranger}", which is no group with a suffix`);
  for (const group of groups) checkGroup(group, inSubtree.includes(group.suffix));
  checkTraits(
    rootRequired.map((trait) => [trait]),
    rootForbidden,
  );
  if (limit !== undefined && !isWithin(limit, 1)) refuse(`limit must be at least 1: ${limit}`);
}

function checkGroup(group: RequestGroup, inSubtree: boolean): void {
  const { suffix, resources, required, forbidden, memberOf, notMemberOf, inTree } = group;
  if (!SUFFIX.test(suffix)) refuse(`no suffix of a group: ${suffix}`);
  if (Object.keys(resources).length === 0 && !inSubtree) refuse("no resources asked for");
  checkAmounts(resources);
  checkTraits(required, forbidden);
  for (const aggregate of [...memberOf.flat(), ...notMemberOf]) checkUuid("aggregate", aggregate);
  if (inTree !== undefined) checkUuid("inTree", inTree);
}

function checkTraits(required: readonly (readonly string[])[], forbidden: readonly string[]): void {
  for (const trait of [...required.flat(), ...forbidden]) checkTrait(trait);
  const contradiction = required.find((anyOf) => anyOf.length > 0 && anyOf.every((trait) => forbidden.includes(trait)));
  if (contradiction) refuse(`trait ${contradiction.join(" or ")} is both required and forbidden`);
}

export function checkClaim(consumer: Consumer, candidate: Candidate): void {
  checkUuid("consumer", consumer.uuid);
  if (consumer.project === "" || consumer.user === "") refuse("project and user of a consumer must not be empty");
  const allocations = Object.entries(candidate.allocations);
  if (allocations.length === 0) refuse("nothing to claim");
  for (const [provider, resources] of allocations) {
    checkUuid("provider", provider);
    if (Object.keys(resources).length === 0) refuse(`nothing to claim from provider ${provider}`);
    checkAmounts(resources);
  }
}

export function checkProvider(provider: ProviderState): void {
  checkUuid("provider", provider.uuid);
  if (provider.name.length < 1 || provider.name.length > 200) refuse(`provider name must have 1 to 200 characters`);
  for (const aggregate of provider.aggregates) checkUuid("aggregate", aggregate);
  for (const trait of provider.traits) checkTrait(trait);
  for (const [name, inventory] of Object.entries(provider.inventories)) {
    checkClass(name);
    checkInventory(name, inventory);
  }
}

function checkInventory(name: string, inventory: Inventory): void {
  const { total, reserved, minUnit, maxUnit, stepSize, allocationRatio } = inventory;
  for (const [field, value] of Object.entries({ total, minUnit, maxUnit, stepSize }))
    if (!isWithin(value, 1)) refuse(`${name}.${field} must be an integer from 1 to ${MAX_INT}: ${value}`);
  if (!isWithin(reserved, 0)) refuse(`${name}.reserved must be an integer from 0 to ${MAX_INT}: ${reserved}`);
  if (reserved > total) refuse(`${name}.reserved ${reserved} is more than its total ${total}`);
  if (!Number.isFinite(allocationRatio) || allocationRatio <= 0)
    refuse(`${name}.allocationRatio must be positive: ${allocationRatio}`);
}

function checkAmounts(resources: Readonly<Record<string, number>>): void {
  for (const [name, amount] of Object.entries(resources)) {
    checkClass(name);
    if (!isWithin(amount, 1)) refuse(`amount of ${name} must be an integer from 1 to ${MAX_INT}: ${amount}`);
  }
}

function checkClass(name: string): void {
  if (!isStandardClass(name) && !isCustomName(name)) refuse(`unknown resource class ${name}`);
}
function checkTrait(name: string): void {
  if (!isStandardTrait(name) && !isCustomName(name)) refuse(`unknown trait ${name}`);
}
function checkUuid(what: string, uuid: string): void {
  if (!UUID.test(uuid)) refuse(`${what} is not a uuid in lower case: ${uuid}`);
}

const isWithin = (value: number, minimum: number): boolean =>
  Number.isInteger(value) && value >= minimum && value <= MAX_INT;

function refuse(message: string): never {
  throw new PlacementError("InvalidRequest", message);
}
