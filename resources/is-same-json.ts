/**
 * Whether two values are the same as JSON, whatever the order of their fields; a field that is undefined is none. What
 * equal canonicalJson of both would say, without a text of either.
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (!Array.isArray(one)) return !Array.isArray(other) && hasSameFields(one as Fields, other as Fields);
  if (!Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item, at) => isSameJson(item, other[at]));
}

type Fields = Readonly<Record<string, unknown>>;

function hasSameFields(one: Fields, other: Fields): boolean {
  let left = 0;
  for (const name in other) if (other[name] !== undefined) left += 1;
  for (const name in one) {
    const value = one[name];
    if (value === undefined) continue;
    if (!Object.hasOwn(other, name) || !isSameJson(value, other[name])) return false;
    left -= 1;
  }
  return left === 0;
}
