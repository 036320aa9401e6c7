/** How to log in at a Keystone (identity API v3), and what to look for in its catalogue. */
export interface KeystoneCredentials {
  /** Such as `https://cloud.example:5000/v3`; `/v3` is added where it is missing. */
  readonly authUrl: string;
  readonly identity: Password | ApplicationCredential;
  /** Which region's Placement; absent: the only one there is. */
  readonly region?: string;
  readonly interface: "public" | "internal" | "admin";
}

export interface Password {
  readonly method: "password";
  readonly user: Named;
  readonly password: string;
  /** What the token is for: Placement wants its service's project, or the system. */
  readonly scope: { readonly project: Named } | "system";
}

/** Has its project with it. */
export interface ApplicationCredential {
  readonly method: "application_credential";
  readonly secret: string;
  readonly credential: { readonly id: string } | { readonly name: string; readonly user: Named };
}

/** By id, or by a name within a domain. */
export type Named = { readonly id: string } | { readonly name: string; readonly domain: Domain };
export type Domain = { readonly id: string } | { readonly name: string };

export const secretOf = ({ identity }: KeystoneCredentials): string =>
  identity.method === "password" ? identity.password : identity.secret;

/** Whom an error is about. No secret. */
export function describeIdentity({ identity }: KeystoneCredentials): string {
  if (identity.method === "password") return `user ${describeNamed(identity.user)}`;
  const { credential } = identity;
  if ("id" in credential) return `application credential ${credential.id}`;
  return `application credential ${credential.name} of user ${describeNamed(credential.user)}`;
}

const describeNamed = (named: Named): string =>
  "id" in named ? named.id : `${named.name} (domain ${"id" in named.domain ? named.domain.id : named.domain.name})`;
