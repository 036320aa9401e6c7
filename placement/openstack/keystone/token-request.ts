import type { KeystoneCredentials, Password } from "./credentials.ts";

/** Where tokens are made. */
export function tokenUrl(authUrl: string): string {
  const base = authUrl.replace(/\/+$/, "");
  return `${base.endsWith("/v3") ? base : `${base}/v3`}/auth/tokens`;
}

/** Body of `POST /v3/auth/tokens`. */
export function tokenRequest({ identity }: KeystoneCredentials): object {
  if (identity.method === "password") {
    const { user, password } = identity;
    const methods = { methods: ["password"], password: { user: { ...user, password } } };
    return { auth: { identity: methods, scope: scopeOf(identity) } };
  }
  const { secret, credential } = identity;
  return {
    auth: { identity: { methods: ["application_credential"], application_credential: { ...credential, secret } } },
  };
}

const scopeOf = ({ scope }: Password): object =>
  scope === "system" ? { system: { all: true } } : { project: scope.project };
