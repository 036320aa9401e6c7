import { type Static, Type } from "typebox";
import { PlacementError } from "../../placement-error.ts";
import type { KeystoneCredentials } from "./credentials.ts";

const Endpoint = Type.Object({
  interface: Type.String(),
  url: Type.String(),
  region: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  region_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
type Endpoint = Static<typeof Endpoint>;
/** Of a token; absent for one without a scope. */
export const Catalogue = Type.Array(Type.Object({ type: Type.String(), endpoints: Type.Array(Endpoint) }));
export type Catalogue = Static<typeof Catalogue>;

/**
 * The URL of Placement for us. `Unauthorized` when there is none, or none that could be told from others: it is our
 * settings that have to change, or what the cloud lets us see.
 */
export function placementEndpoint(
  catalogue: Catalogue,
  wanted: Pick<KeystoneCredentials, "region" | "interface">,
): string {
  const all = catalogue.filter(({ type }) => type === "placement").flatMap(({ endpoints }) => endpoints);
  const fitting = all.filter((endpoint) => fits(endpoint, wanted));
  const urls = [...new Set(fitting.map(({ url }) => url))];
  const [url] = urls;
  if (url !== undefined && urls.length === 1 && isHttpUrl(url)) return url;
  throw new PlacementError("Unauthorized", problemOf(all, urls, wanted));
}

const fits = (endpoint: Endpoint, wanted: Pick<KeystoneCredentials, "region" | "interface">): boolean =>
  endpoint.interface === wanted.interface && (wanted.region === undefined || regionOf(endpoint) === wanted.region);

const regionOf = ({ region_id, region }: Endpoint): string => region_id ?? region ?? "none";
const isHttpUrl = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

function problemOf(
  all: readonly Endpoint[],
  urls: readonly string[],
  { region, interface: face }: Pick<KeystoneCredentials, "region" | "interface">,
): string {
  if (all.length === 0)
    return "Keystone's catalogue has no service of type placement for us: is the project the one that may use it?";
  const where = `of interface ${face}${region === undefined ? "" : ` in region ${region}`}`;
  const there = [...new Set(all.map((endpoint) => `${endpoint.interface} in ${regionOf(endpoint)}`))].sort().join(", ");
  if (urls.length === 0) return `Keystone's catalogue has no Placement ${where}; there is: ${there}`;
  if (urls.length === 1) return `Keystone's catalogue has no usable URL for Placement ${where}: ${urls[0]}`;
  return `Keystone's catalogue has ${urls.length} Placements ${where}: say which region_name is meant; there is: ${there}`;
}
