import { TRAIT_DISABLED } from "../../placement.ts";
import { REASON, type Refusal } from "../../refusal.ts";

const said = (text: string): Refusal => ({ reason: text, text });

type Kind = NonNullable<Refusal["about"]>["kind"];
const about = (kind: Kind, names: readonly string[], text: string): Refusal => ({
  ...said(text),
  about: { kind, names },
});

export const traitForbidden = (trait: string): Refusal =>
  about("traitForbidden", [trait], trait === TRAIT_DISABLED ? REASON.cordoned : `trait ${trait} forbidden`);

export const traitMissing = (anyOf: readonly string[]): Refusal =>
  about(
    "traitMissing",
    anyOf,
    anyOf.length === 1 ? `trait ${anyOf[0]} missing` : `none of the traits ${anyOf.join(", ")}`,
  );

export const aggregateMissing = (anyOf: readonly string[]): Refusal =>
  about(
    "aggregateMissing",
    anyOf,
    anyOf.length === 1 ? `not in aggregate ${anyOf[0]}` : `in none of the aggregates ${anyOf.join(", ")}`,
  );

export const aggregateForbidden = (uuid: string): Refusal =>
  about("aggregateForbidden", [uuid], `in aggregate ${uuid}`);

export const elsewhere = (): Refusal => said(REASON.elsewhere);
export const together = (): Refusal => said(REASON.together);
