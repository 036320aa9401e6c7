/** Microversions are 1.0 to 1.39; everywhere in here a version is the number behind the dot. */
const NEWEST = 39;
export const MINIMUM_TEXT = "1.0";
export const MAXIMUM_TEXT = `1.${NEWEST}`;
export const VERSION_HEADER = "openstack-api-version";

export type VersionVerdict =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly status: 400 | 406; readonly detail: string };

/**
 * The version a client asks for. Of several values in the header the last one for `placement` counts; without any the
 * oldest is meant. What is not a version is 400, one that does not exist 406.
 */
export function parseMicroversion(header: string | undefined): VersionVerdict {
  const asked = (header ?? "")
    .split(",")
    .map((value) => /^\s*placement\s+(.+?)\s*$/i.exec(value)?.[1])
    .filter((value) => value !== undefined)
    .at(-1);
  if (asked === undefined) return { ok: true, version: 0 };
  if (asked === "latest") return { ok: true, version: NEWEST };
  const match = /^\s*([+-]?\d+)\s*\.\s*([+-]?\d+)\s*$/.exec(asked);
  if (!match) return refused(400, `invalid version string: ${asked}`);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major !== 1 || !(minor >= 0 && minor <= NEWEST)) return refused(406, `Unacceptable version header: ${asked}`);
  return { ok: true, version: minor };
}

const refused = (status: 400 | 406, detail: string): VersionVerdict => ({
  ok: false,
  status,
  detail: `Invalid microversion: ${detail}`,
});

export const versionText = (version: number): string => `1.${version}`;
