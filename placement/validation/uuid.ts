/**
 * What upstream takes for a uuid: 32 hexadecimal digits in either case, dashes anywhere or nowhere, in braces or behind
 * `urn:uuid:` if need be.
 */
export const UUID_LIKE = "^(urn:)?(uuid:)?\\{?(-*[0-9a-fA-F]){32}-*\\}?$";
const PATTERN = new RegExp(UUID_LIKE);

export const isUuidLike = (text: string): boolean => PATTERN.test(text);

/** In lower case with the usual dashes, as everything is stored; what is no uuid stays as it is. */
export function canonicalUuid(text: string): string {
  if (!isUuidLike(text)) return text;
  const digits = text.replace(/^(urn:)?(uuid:)?/, "").replace(/[^0-9a-fA-F]/g, "");
  return digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
