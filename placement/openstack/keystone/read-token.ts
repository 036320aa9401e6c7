import { Type } from "typebox";
import { Check } from "typebox/value";
import { PlacementError } from "../../placement-error.ts";
import { type HttpReply, parseJson } from "../http-client.ts";
import { Catalogue } from "./catalogue.ts";
import { describeIdentity, type KeystoneCredentials, secretOf } from "./credentials.ts";

export interface IssuedToken {
  readonly token: string;
  /** From its making, by the server's own clock: ours may be anywhere. */
  readonly lifetimeMs: number;
  readonly catalogue: Catalogue;
}

const TokenDocument = Type.Object({
  token: Type.Object({ issued_at: Type.String(), expires_at: Type.String(), catalog: Type.Optional(Catalogue) }),
});
const ErrorDocument = Type.Object({ error: Type.Object({ message: Type.String() }) });

/** What Keystone said to a request for a token. Errors tell who was refused and where, never with what. */
export function readToken(reply: HttpReply, credentials: KeystoneCredentials): IssuedToken {
  const body = parseJson(reply.text);
  if (reply.status !== 201) throw refusal(reply.status, body, credentials);
  const token = reply.header("x-subject-token");
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token) || !Check(TokenDocument, body))
    throw new PlacementError("Unreachable", `${nameOf(credentials)}: 201, but no token is in the answer`);
  const lifetimeMs = Date.parse(body.token.expires_at) - Date.parse(body.token.issued_at);
  if (!(lifetimeMs > 0))
    throw new PlacementError("Unreachable", `${nameOf(credentials)}: a token that has expired when it is made`);
  return { token, lifetimeMs, catalogue: body.token.catalog ?? [] };
}

function refusal(status: number, body: unknown, credentials: KeystoneCredentials): PlacementError {
  const said = Check(ErrorDocument, body) ? body.error.message : "";
  const detail = `${status} ${said}`.replaceAll(secretOf(credentials), "***").trim();
  const who = describeIdentity(credentials);
  const where = nameOf(credentials);
  if (status >= 500 || status === 429) return new PlacementError("Unreachable", `${where}: ${detail}`);
  if (status === 401 || status === 403)
    return new PlacementError("Unauthorized", `${where} does not let ${who} in (${detail}): ${LOOK_AT}`);
  if (status === 404 || status === 300)
    return new PlacementError("Unauthorized", `${where} is no identity API v3 (${detail}): look at auth_url`);
  return new PlacementError("Unauthorized", `${where} does not understand the login of ${who} (${detail}): ${LOOK_AT}`);
}

const LOOK_AT = "look at the names, domains and the secret in the file that placement-auth names";
const nameOf = ({ authUrl }: KeystoneCredentials): string => `Keystone at ${withoutUser(authUrl)}`;

/** Somebody may have put a password into a URL. */
function withoutUser(text: string): string {
  const url = new URL(text);
  return url.origin + url.pathname;
}
