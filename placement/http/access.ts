import { createHash, timingSafeEqual } from "node:crypto";
import { HttpProblem } from "./http-problem.ts";

/**
 * Who may do what, by the X-Auth-Token of a request. Throws 401 for somebody unknown; for somebody known who may do
 * nothing here, answers the 403 that he gets once it is clear that what he asks for exists.
 */
export type Access = (token: string | undefined) => HttpProblem | undefined;

/**
 * Users that are the administrator where nobody checks: upstream's noauth2 takes the token for the user's name, and
 * `notused` is what keystoneauth sends with the auth type `none`.
 */
const ADMINISTRATORS = ["admin", "notused"];

/** As upstream's `noauth2`: there must be a token, and who calls himself something else than `admin` may do nothing. */
export const openAccess: Access = (token) => {
  if (token === undefined) throw unauthorized();
  const [user = ""] = token.split(":");
  return ADMINISTRATORS.includes(user)
    ? undefined
    : new HttpProblem(403, "Access was denied to this resource: the token admin is needed.");
};

/** Exactly this token. */
export function tokenAccess(expected: string): Access {
  const digest = digestOf(expected);
  return (token) => {
    if (token === undefined || !timingSafeEqual(digestOf(token), digest)) throw unauthorized();
    return undefined;
  };
}

/** Of one length whatever the text, so that comparing tells nothing. */
const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();

const unauthorized = (): HttpProblem =>
  new HttpProblem(401, "This server could not verify that you are authorized: X-Auth-Token is missing or wrong.");
