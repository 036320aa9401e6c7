import { randomUUID } from "node:crypto";
import { PlacementProblem } from "../engine/placement-problem.ts";
import { PROBLEM } from "../engine/problems.ts";
import { parseQueryString } from "../query/query-pair.ts";
import { bestOffer } from "./accept.ts";
import type { Access } from "./access.ts";
import type { Answer } from "./answer.ts";
import type { PlacementBackend } from "./backend.ts";
import { errorDocument } from "./error-document.ts";
import { HttpProblem, httpProblem } from "./http-problem.ts";
import { parseMicroversion, VERSION_HEADER, versionText } from "./microversion.ts";
import { PlacementRequest } from "./request.ts";
import { type Action, createRouter, type Match, type Method, type Route } from "./route.ts";

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Path and query, escapes still in it. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Reads the body; `undefined`: it is no UTF-8. May throw an HttpProblem (too large). */
  readonly body: () => Promise<string | undefined>;
}

/** What goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface ApplicationOptions {
  readonly backend: PlacementBackend;
  readonly routes: readonly Route[];
  readonly access: Access;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of what nobody foresaw. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** From here answers tell how fresh they are. */
const FRESHNESS_SINCE = 15;

/** Answers every request with a reply; never rejects. */
export type Application = (received: Received) => Promise<Reply>;

export function createApplication(options: ApplicationOptions): Application {
  const router = createRouter(options.routes);
  return async (received) => {
    const requestId = `req-${randomUUID()}`;
    const verdict = parseMicroversion(received.headers[VERSION_HEADER]);
    const version = verdict.ok ? verdict.version : undefined;
    try {
      const match = router(pathOf(received.url));
      const token = received.headers["x-auth-token"];
      const forbidden = isOpen(match, received.method) ? undefined : options.access(token);
      if (!verdict.ok) throw new HttpProblem(verdict.status, verdict.detail);
      const action = actionOf(match, received.method, verdict.version);
      if (forbidden) throw forbidden;
      const answer = await answerOf(action, match as Match, { received, version: verdict.version, options });
      const { host } = received.headers;
      return reply(answer, { requestId, version: verdict.version, now: options.now(), host });
    } catch (error) {
      return refusal(error, { requestId, version, accept: received.headers["accept"] }, options.onFault);
    }
  };
}

const pathOf = (url: string): string => url.split("?", 1)[0] ?? "/";

/** Whoever wants to know which versions there are need not say who he is. */
function isOpen(match: Match | undefined, method: string): boolean {
  const actions = match?.route.actions ?? {};
  return Object.values(actions).some((action) => action.open) && (method === "GET" || !Object.hasOwn(actions, method));
}

function actionOf(match: Match | undefined, method: string, version: number): Action {
  if (!match) throw new HttpProblem(404, "The resource could not be found.");
  const { actions } = match.route;
  const action = Object.hasOwn(actions, method) ? actions[method as Method] : undefined;
  const refused = `The method ${method} is not allowed for this resource.`;
  if (!action) throw new HttpProblem(405, refused, { headers: { allow: Object.keys(actions).join(", ") } });
  if (version >= (action.since ?? 0)) return action;
  throw action.below === 405 ? new HttpProblem(405, refused) : new HttpProblem(404, "The resource could not be found.");
}

interface Work {
  readonly received: Received;
  readonly version: number;
  readonly options: ApplicationOptions;
}

async function answerOf(action: Action, { path }: Match, { received, version, options }: Work): Promise<Answer> {
  const { headers, method } = received;
  const takesJson = typeof action.takesJson === "function" ? action.takesJson(version) : action.takesJson === true;
  checkContentType(headers, takesJson);
  if (method === "GET") checkAccept(headers["accept"]);
  const { backend } = options;
  if (method !== "GET" && backend.readOnly !== undefined)
    throw new PlacementProblem(PROBLEM.readOnly, backend.readOnly);
  const body = await received.body();
  const query = parseQueryString(received.url.split("?").slice(1).join("?"));
  return action.handle(new PlacementRequest({ method, version, path, query, body: takesJson ? body : "" }), backend);
}

function checkContentType(headers: Received["headers"], takesJson: boolean): void {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (Number(headers["content-length"] ?? 0) > 0 && !type)
    throw new HttpProblem(400, "content-type header required when content-length > 0");
  if (takesJson && type !== "application/json")
    throw new HttpProblem(415, `The media type ${type || "None"} is not supported, use application/json`);
}

function checkAccept(accept: string | undefined): void {
  if (bestOffer(accept, ["application/json"]) === undefined)
    throw new HttpProblem(406, "Only application/json is provided");
}

interface ReplyContext {
  readonly requestId: string;
  readonly version: number | undefined;
}

const commonHeaders = ({ requestId, version }: ReplyContext): Record<string, string> => ({
  ...(version === undefined ? {} : { [VERSION_HEADER]: `placement ${versionText(version)}`, vary: VERSION_HEADER }),
  "x-openstack-request-id": requestId,
});

interface AnswerContext extends ReplyContext {
  readonly version: number;
  readonly now: number;
  readonly host: string | undefined;
}

function reply(answer: Answer, context: AnswerContext): Reply {
  const text = answer.body === undefined ? "" : JSON.stringify(answer.body);
  const isFresh = answer.fresh === true && context.version >= FRESHNESS_SINCE;
  const headers = {
    ...(answer.body === undefined ? {} : { "content-type": "application/json" }),
    ...(isFresh ? { "cache-control": "no-cache", "last-modified": new Date(context.now).toUTCString() } : {}),
    ...commonHeaders(context),
    ...(answer.location === undefined ? {} : { location: absolute(answer.location, context.host) }),
  };
  return { status: answer.status, headers, text };
}

/** By the name the client called us, if that can be one. */
const absolute = (path: string, host: string | undefined): string =>
  host !== undefined && /^[\w.:[\]-]+$/.test(host) ? `http://${host}${path}` : path;

function refusal(
  error: unknown,
  context: ReplyContext & { readonly accept: string | undefined },
  onFault: ApplicationOptions["onFault"],
): Reply {
  const problem = problemOf(error);
  if (!problem) onFault(error, context.requestId);
  const shown = problem ?? new HttpProblem(500, "The server has failed at this request; its log says more.");
  const { type, text } = errorDocument(shown, context);
  return { status: shown.status, headers: { "content-type": type, ...commonHeaders(context), ...shown.headers }, text };
}

function problemOf(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  return error instanceof PlacementProblem ? httpProblem(error) : undefined;
}
