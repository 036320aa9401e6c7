import type {
  ApplicationCredential,
  Domain,
  KeystoneCredentials,
  Named,
  Password,
} from "../../placement/openstack/keystone/credentials.ts";
import { didYouMean } from "../../resources/did-you-mean.ts";
import { UsageError } from "../config/usage-error.ts";

// The part of OpenStack's clouds.yaml that says how to log in: what Horizon offers for download, and what the
// `openstack` command reads. What it says of other services is none of our business; what we cannot do is refused.

export interface Cloud {
  readonly credentials: KeystoneCredentials;
  /** Of Placement, instead of the catalogue's. */
  readonly endpoint: string | undefined;
  /** Path of a PEM file, as written. */
  readonly cacert: string | undefined;
}

type Texts = Readonly<Record<string, string | undefined>>;

const AUTH_FIELDS = [
  ...["auth_url", "username", "user_id", "user_domain_name", "user_domain_id", "password"],
  ...["project_name", "project_id", "project_domain_name", "project_domain_id", "system_scope"],
  ...["application_credential_id", "application_credential_name", "application_credential_secret"],
] as const;
const INTERFACES = ["public", "internal", "admin"] as const;
const METHODS: Readonly<Record<string, "password" | "application_credential">> = {
  password: "password",
  v3password: "password",
  v3applicationcredential: "application_credential",
};

/** `name` absent: the only cloud of the file. UsageError names the place; no secret is in it. */
export function parseCloud(path: string, file: unknown, name: string | undefined): Cloud {
  const clouds = asMap(asMap(file, path)["clouds"], `${path}: clouds`);
  const chosen = name ?? onlyOf(Object.keys(clouds), path);
  if (!Object.hasOwn(clouds, chosen))
    throw new UsageError(`${path}: there is no cloud "${chosen}"${didYouMean(chosen, Object.keys(clouds))}`);
  const where = `${path}: clouds.${chosen}`;
  const cloud = asMap(clouds[chosen], where);
  const auth = textsOf(asMap(cloud["auth"], `${where}.auth`), AUTH_FIELDS, `${where}.auth`);
  const { region_name, interface: face, auth_type, placement_endpoint_override, cacert } = textsOf(cloud, [], where);
  if (cloud["verify"] === false)
    throw new UsageError(`${where}.verify: certificates are always verified; name their CA in cacert`);
  const credentials: KeystoneCredentials = {
    authUrl: urlOf(auth["auth_url"], `${where}.auth.auth_url`),
    identity: identityOf(auth_type, auth, where),
    interface: interfaceOf(face ?? "public", where),
    ...(region_name === undefined ? {} : { region: region_name }),
  };
  return { credentials, endpoint: placement_endpoint_override, cacert };
}

function identityOf(type: string | undefined, auth: Texts, where: string): Password | ApplicationCredential {
  const guessed = auth["application_credential_secret"] === undefined ? "password" : "v3applicationcredential";
  const method = METHODS[type ?? guessed];
  if (method === undefined)
    throw new UsageError(
      `${where}.auth_type: ${Object.keys(METHODS).join(", ")} expected, got ${JSON.stringify(type)}`,
    );
  return method === "password" ? passwordOf(auth, `${where}.auth`) : credentialOf(auth, `${where}.auth`);
}

function passwordOf(auth: Texts, where: string): Password {
  const system = auth["system_scope"];
  if (system !== undefined && system !== "all") throw new UsageError(`${where}.system_scope: "all" expected`);
  const scope = system === "all" ? "system" : { project: named(auth, "project", where) };
  return { method: "password", user: named(auth, "user", where), password: needed(auth, "password", where), scope };
}

function credentialOf(auth: Texts, where: string): ApplicationCredential {
  const secret = needed(auth, "application_credential_secret", where);
  const id = auth["application_credential_id"];
  const name = auth["application_credential_name"];
  if (id !== undefined) return { method: "application_credential", secret, credential: { id } };
  if (name === undefined) throw new UsageError(`${where}.application_credential_id is missing`);
  return { method: "application_credential", secret, credential: { name, user: named(auth, "user", where) } };
}

function named(auth: Texts, what: "user" | "project", where: string): Named {
  const id = auth[`${what}_id`];
  if (id !== undefined) return { id };
  return { name: needed(auth, what === "user" ? "username" : "project_name", where), domain: domainOf(auth, what) };
}

/** `default` is the id of the domain that every Keystone begins with. */
function domainOf(auth: Texts, what: "user" | "project"): Domain {
  const name = auth[`${what}_domain_name`];
  return name === undefined ? { id: auth[`${what}_domain_id`] ?? "default" } : { name };
}

function interfaceOf(face: string, where: string): KeystoneCredentials["interface"] {
  const known = INTERFACES.find((one) => face === one || face === `${one}URL`);
  if (known) return known;
  throw new UsageError(`${where}.interface: ${INTERFACES.join(", ")} expected, got ${JSON.stringify(face)}`);
}

function needed(auth: Texts, field: string, where: string): string {
  const value = auth[field];
  if (value === undefined || value === "") throw new UsageError(`${where}.${field} is missing`);
  return value;
}

function urlOf(text: string | undefined, where: string): string {
  if (text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`${where}: the URL of a Keystone expected`);
}

function onlyOf(names: readonly string[], path: string): string {
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  throw new UsageError(
    `${path}: there are ${names.length} clouds (${names.join(", ")}): say which with placement-cloud`,
  );
}

/** What is text. With a list of `known` names, no others may be there and all are text; numbers are ids in a hurry. */
function textsOf(map: Readonly<Record<string, unknown>>, known: readonly string[], where: string): Texts {
  const unknown = Object.keys(map).find((name) => known.length > 0 && !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`${where}: unknown field "${unknown}"${didYouMean(unknown, known)}`);
  const texts = Object.entries(map).map(([name, value]) => {
    if (typeof value === "string" || typeof value === "number") return [name, String(value)] as const;
    if (known.length > 0 && value !== null) throw new UsageError(`${where}.${name}: a text expected`);
    return [name, undefined] as const;
  });
  return Object.fromEntries(texts);
}

function asMap(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`${where}: a map expected`);
}
