import { readFile } from "node:fs/promises";
import type { KeystoneCredentials } from "../../placement/openstack/keystone/credentials.ts";
import type { Placement } from "../../placement/placement.ts";
import { PlacementError } from "../../placement/placement-error.ts";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Store } from "../../store/store.ts";
import type { SettingValues } from "../config/setting.ts";
import { UsageError } from "../config/usage-error.ts";
import type { PLACEMENT_SETTINGS } from "./placement-settings.ts";
import { readCloud } from "./read-cloud.ts";

type Values = SettingValues<typeof PLACEMENT_SETTINGS>;

/** Opens what settings ask for; a new one for each term of a leader. */
export type OpenPlacement = (store: Store, log: Log) => Promise<Placement>;

/** UsageError for settings that are wrong or contradict each other: before anything is opened. */
export async function placementOpener(values: Values): Promise<OpenPlacement> {
  if (values.placement === "embedded") {
    if (values.placementAuth !== undefined)
      throw new UsageError("placement-auth is for an OpenStack Placement: set placement to openstack, or to its URL");
    return openEmbedded;
  }
  const { cluster } = values;
  const options = { cluster, clock: systemClock, ...(await whereAndWho(values)) };
  const { openOpenstackPlacement } = await import("../../placement/openstack/open-openstack-placement.ts");
  return (_, log) => openOpenstackPlacement({ ...options, log });
}

const openEmbedded: OpenPlacement = async (store, log) => {
  const { openEmbeddedPlacement } = await import("../../placement/embedded/open-embedded-placement.ts");
  return openEmbeddedPlacement({ store, clock: systemClock, log });
};

async function whereAndWho(values: Values) {
  const { placementAuth: path, placementCloud: name, placementCacert } = values;
  const given = values.placement === "openstack" ? undefined : placementUrl(values.placement);
  if (path === undefined) {
    if (given === undefined)
      throw new UsageError("placement: openstack needs placement-auth: which Keystone is asked?");
    return { endpoint: given, token: values.placementToken, ...(await caOf(placementCacert)) };
  }
  const cloud = await readCloud(path, name);
  refuseOpenPassword(cloud.credentials, values.insecurePlacement);
  const endpoint = given ?? cloud.endpoint;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(await caOf(placementCacert ?? cloud.cacert)),
    keystone: () => readAgain(path, name),
  };
}

/** While we run, a file that is being changed is no reason to end: it is read again at the next login. */
async function readAgain(path: string, name: string | undefined): Promise<KeystoneCredentials> {
  try {
    return (await readCloud(path, name)).credentials;
  } catch (error) {
    throw new PlacementError("Unauthorized", messageOf(error), { cause: error });
  }
}

function placementUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`placement: embedded, openstack or a URL expected, got ${JSON.stringify(text)}`);
}

function refuseOpenPassword({ authUrl }: KeystoneCredentials, insecure: boolean): void {
  const { protocol, hostname } = new URL(authUrl);
  if (insecure || protocol === "https:" || LOOPBACK.test(hostname)) return;
  throw new UsageError(`${authUrl} would send a secret in the clear: use https, or allow it with --insecure-placement`);
}
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

async function caOf(path: string | undefined): Promise<{ ca?: string }> {
  if (path === undefined) return {};
  const ca = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  return { ca };
}
