import { badRequest } from "../engine/problems.ts";
import type { Resources } from "../placement.ts";

const FORM =
  "Badly formed resources parameter. Expected resources query string parameter in form: ?resources=VCPU:2,MEMORY_MB:1024.";

/**
 * `VCPU:2,MEMORY_MB:1024`; the last amount of a class counts. Bad request for anything else. An amount beyond what an
 * inventory can hold is in order: nobody has it.
 */
export function parseResources(text: string): Resources {
  if (text.trim() === "") throw badRequest(`${FORM} Got: empty string.`);
  return Object.fromEntries(text.split(",").map(parseOne));
}

function parseOne(text: string): readonly [string, number] {
  const [name, written, ...rest] = text.split(":");
  if (name === undefined || written === undefined || rest.length > 0) throw badRequest(`${FORM} Got: ${text}.`);
  if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(written))
    throw badRequest(`Requested resource ${name} expected positive integer amount. Got: ${written}.`);
  const amount = Number(written.replaceAll("_", ""));
  if (amount < 1) throw badRequest(`Requested resource ${name} requires amount >= 1. Got: ${amount}.`);
  return [name, Math.min(amount, Number.MAX_SAFE_INTEGER)];
}
