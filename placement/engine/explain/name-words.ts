import { TRAIT_DISABLED } from "../../placement.ts";
import { REASON, type Refusal } from "./refusal.ts";

const said = (text: string): Refusal => ({ reason: text, text });

export const traitForbidden = (trait: string): Refusal =>
  said(trait === TRAIT_DISABLED ? REASON.cordoned : `trait ${trait} forbidden`);

export const traitMissing = (anyOf: readonly string[]): Refusal =>
  said(anyOf.length === 1 ? `trait ${anyOf[0]} missing` : `none of the traits ${anyOf.join(", ")}`);

export const aggregateMissing = (anyOf: readonly string[]): Refusal =>
  said(anyOf.length === 1 ? `not in aggregate ${anyOf[0]}` : `in none of the aggregates ${anyOf.join(", ")}`);

export const aggregateForbidden = (uuid: string): Refusal => said(`in aggregate ${uuid}`);

export const elsewhere = (): Refusal => said(REASON.elsewhere);
export const together = (): Refusal => said(REASON.together);
