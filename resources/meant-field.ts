import { closestWord } from "./closest-word.ts";

/** What Kubernetes and OpenStack call a field of ours. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["nodeName", "hypervisor"],
  ["nodeSelector", "hypervisorSelector"],
  ["ram", "memory"],
]);

/**
 * The field that was probably meant by one that is not there: the same by another name, a slip of the keyboard, or
 * (`gpu`) a custom name where such are allowed. `patterns`: of names beside the known ones.
 */
export function meantField(
  field: string,
  known: readonly string[],
  patterns: readonly string[] = [],
): string | undefined {
  const same = ELSEWHERE.get(field);
  if (same !== undefined && known.includes(same)) return same;
  const close = closestWord(field, known);
  if (close !== undefined) return close;
  const custom = `CUSTOM_${field.toUpperCase().replaceAll("-", "_")}`;
  return patterns.some((pattern) => new RegExp(pattern).test(custom)) ? custom : undefined;
}
