import { STATUS_CODES } from "node:http";
import { bestOffer, isIndifferent } from "./accept.ts";
import type { HttpProblem } from "./http-problem.ts";
import { MAXIMUM_TEXT, MINIMUM_TEXT } from "./microversion.ts";

/** Since 1.23 an error has a code. */
const CODE_SINCE = 23;

export interface ErrorContext {
  readonly requestId: string;
  /** `undefined`: it was not found out. */
  readonly version: number | undefined;
  readonly accept: string | undefined;
}

export interface Document {
  readonly type: string;
  readonly text: string;
}

/** An error in the form the client accepts: JSON unless it insists on something else. */
export function errorDocument(problem: HttpProblem, context: ErrorContext): Document {
  const type = isIndifferent(context.accept)
    ? "application/json"
    : bestOffer(context.accept, ["text/html", "application/json"]);
  if (type === "application/json") return { type, text: JSON.stringify({ errors: [errorObject(problem, context)] }) };
  const title = `${problem.status} ${STATUS_CODES[problem.status] ?? "Error"}`;
  if (type === undefined) return { type: "text/plain; charset=utf-8", text: `${title}\n\n${problem.message}\n` };
  const page = `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${escaped(problem.message)}\n</body>\n</html>\n`;
  return { type: "text/html; charset=utf-8", text: page };
}

function errorObject({ status, message, code }: HttpProblem, { requestId, version }: ErrorContext): object {
  return {
    status,
    title: STATUS_CODES[status] ?? "Error",
    detail: message,
    ...(version !== undefined && version >= CODE_SINCE ? { code } : {}),
    request_id: requestId,
    ...(status === 406 && version === undefined ? { max_version: MAXIMUM_TEXT, min_version: MINIMUM_TEXT } : {}),
  };
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
