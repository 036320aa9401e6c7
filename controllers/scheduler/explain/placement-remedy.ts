import { wholeCapacityOf } from "../../../placement/capacity.ts";
import { REASON, type Refusal, type Shortage } from "../../../placement/refusal.ts";
import { classWords } from "../../../resources/class-words.ts";
import { COST, type Remedy } from "../filters/filter.ts";
import { fittingAmount } from "./relax-query.ts";

/** The smallest change after which Placement would not refuse a host (its name) for this. */
export function placementRemedy({ reason, about, shortage, group }: Refusal, host: string): Remedy | undefined {
  if (reason === REASON.cordoned) return { ways: [`${host} uncordoned`], cost: COST.hypervisor };
  if (shortage) return amountRemedy(shortage, group, host);
  if (!about) return undefined;
  const names = about.names.join(" or ");
  const within = group === undefined ? "" : ` in group ${group}`;
  const [own, theirs] = {
    traitMissing: [`${names} no longer required${within}`, isOurs(about.names) ? `trait ${names} on ${host}` : ""],
    traitForbidden: [`${names} no longer forbidden${within}`, isOurs(about.names) ? `${host} without ${names}` : ""],
    aggregateMissing: [`aggregate ${names} no longer asked for${within}`, `${host} in aggregate ${names}`],
    aggregateForbidden: [`aggregate ${names} no longer excluded${within}`, `${host} out of aggregate ${names}`],
  }[about.kind];
  return { ways: theirs ? [own ?? "", theirs] : [own ?? ""], cost: COST.instance };
}

/** What administrators give to hosts, and not what hosts find out about themselves. */
const isOurs = (traits: readonly string[]): boolean =>
  traits.some((trait) => trait.startsWith("CUSTOM_") && !/^CUSTOM_(NETWORK|POOL|VIRT_TYPE)_/.test(trait));

function amountRemedy(shortage: Shortage, group: string | undefined, host: string): Remedy | undefined {
  const { resourceClass, asked, short, maxUnit } = shortage;
  const { name, unit } = classWords(resourceClass);
  const where = group === undefined ? "" : ` in group ${group}`;
  const some = (count: number): string => `${count}${unit === "" ? " " : `${unit} of `}${name}${where}`;
  const amount = fittingAmount(shortage);
  const difference = amount === undefined ? 0 : Math.abs(asked - amount);
  const own = amount === undefined ? [] : [`${some(difference)} ${amount < asked ? "less" : "more"}`];
  const isPossible = short > 0 && asked <= Math.min(wholeCapacityOf(shortage), maxUnit);
  const freed = isPossible
    ? [`${own.length > 0 && unit !== "" ? `${short}${unit}` : some(short)} freed on ${host}`]
    : [];
  const [first, ...others] = [...own, ...freed];
  if (first === undefined) return undefined;
  const share = Math.min(1, (own.length > 0 ? difference : short) / asked);
  return { ways: [first, ...others], cost: COST.amount + (own.length > 0 ? share : 1 + share) };
}
