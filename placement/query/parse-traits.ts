import { badRequest } from "../engine/problems.ts";

/** All of `required`, each by any of its traits, and none of `forbidden`. */
export interface TraitTerms {
  readonly required: readonly (readonly string[])[];
  readonly forbidden: readonly string[];
}

/** Since which microversion (1.x). */
const FORBIDDEN_SINCE = 22;
const ANY_OF_SINCE = 39;

const PREFIX = "Invalid query string parameters:";
const ANY_FORM = "in:HW_CPU_X86_VMX,CUSTOM_MAGIC";

/** The values of one `required` parameter together; below 1.39 the last one counts. */
export function parseTraitTerms(values: readonly string[], version: number): TraitTerms {
  const read = version >= ANY_OF_SINCE ? values : values.slice(-1);
  const terms = read.map((value) => parseTraits(value, version));
  return {
    required: terms.flatMap(({ required }) => required),
    forbidden: [...new Set(terms.flatMap(({ forbidden }) => forbidden))],
  };
}

/** `A,B,!C`, or from 1.39 `in:A,B`. */
export function parseTraits(value: string, version: number): TraitTerms {
  return value.startsWith("in:") ? parseAnyOf(value, version) : parseAllOf(value, version);
}

function parseAnyOf(value: string, version: number): TraitTerms {
  if (version < ANY_OF_SINCE)
    throw badRequest(`${PREFIX} The format '${ANY_FORM}' only supported since microversion 1.39. Got: ${value}`);
  const traits = split(value.slice("in:".length));
  if (traits.includes(""))
    throw badRequest(
      `${PREFIX} Expected 'required' parameter value of the form: ${ANY_FORM}. Got an empty trait in: ${value}`,
    );
  if (traits.some((trait) => trait.startsWith("!")))
    throw badRequest(`${PREFIX} The format '${ANY_FORM}' does not support forbidden traits. Got: ${value}`);
  return { required: [traits], forbidden: [] };
}

function parseAllOf(value: string, version: number): TraitTerms {
  const mayForbid = version >= FORBIDDEN_SINCE;
  const expected = `${PREFIX} Expected 'required' parameter value of the form: HW_CPU_X86_VMX,${mayForbid ? "!" : ""}CUSTOM_MAGIC.`;
  const traits = split(value);
  // Upstream reads `!!A` as `!A`.
  const forbidden = traits.filter((trait) => trait.startsWith("!")).map((trait) => trait.replace(/^!+/, ""));
  if (traits.includes("") || forbidden.includes("")) throw badRequest(`${expected} Got an empty trait in: ${value}`);
  if (forbidden.length > 0 && !mayForbid) throw badRequest(`${expected} Got: ${value}`);
  return { required: traits.filter((trait) => !trait.startsWith("!")).map((trait) => [trait]), forbidden };
}

const split = (text: string): readonly string[] => [...new Set(text.split(",").map((part) => part.trim()))];
