import { messageOf } from "../../runtime/errors.ts";
import { PlacementError, type PlacementErrorCode } from "../placement-error.ts";
import type { Answer } from "./placement-api.ts";

// The boundary to Placement's HTTP API: every failure becomes a PlacementError here, by status and `code`.

interface ErrorDocument {
  readonly errors?: readonly { readonly code?: string; readonly detail?: string; readonly title?: string }[];
  /** Of keystonemiddleware, which stands before Placement and answers 401 in its stead. */
  readonly error?: { readonly message?: string };
}

const BY_STATUS: Readonly<Record<number, PlacementErrorCode>> = {
  401: "Unauthorized",
  403: "Unauthorized",
  406: "Incompatible",
  429: "Unreachable",
};

/** Of a 409. What has no code of its own is about capacity on allocations, and about names elsewhere (P6). */
const BY_CODE: Readonly<Record<string, PlacementErrorCode>> = {
  "placement.concurrent_update": "Conflict",
  "placement.duplicate_name": "Conflict",
  "placement.inventory.inuse": "InUse",
  "placement.resource_provider.inuse": "InUse",
  "placement.resource_provider.cannot_delete_parent": "InUse",
};

/** `undefinedCode`: what a 409 with Placement's code for "anything else" means for this request. */
export function answerError(
  what: string,
  answer: Answer,
  undefinedCode: PlacementErrorCode = "Conflict",
): PlacementError {
  const message = `${what}: ${answer.status} ${detailOf(answer)}`;
  return new PlacementError(codeOf(answer, undefinedCode), message);
}

/** A generation was not what we thought: read again. */
export const isConcurrentUpdate = (answer: Answer): boolean =>
  answer.status === 409 && errorOf(answer)?.code === "placement.concurrent_update";

/** Names of providers are unique on a Placement. */
export const isDuplicateName = (answer: Answer): boolean =>
  answer.status === 409 && errorOf(answer)?.code === "placement.duplicate_name";

/** What kept a request from being answered; `server` names who was asked. Our own errors pass through. */
export function transportError(server: string, error: unknown): PlacementError {
  if (error instanceof PlacementError) return error;
  return new PlacementError("Unreachable", `${server}: ${messageOf(error)}`, { cause: error });
}

/** Whether the same request may fare better in a moment. */
export const isPassing = (error: unknown): boolean => error instanceof PlacementError && error.code === "Unreachable";

function codeOf(answer: Answer, undefinedCode: PlacementErrorCode): PlacementErrorCode {
  if (answer.status >= 500) return "Unreachable";
  if (answer.status === 409) return BY_CODE[errorOf(answer)?.code ?? ""] ?? undefinedCode;
  return BY_STATUS[answer.status] ?? "InvalidRequest";
}

const errorOf = (answer: Answer) => (answer.body as ErrorDocument | undefined | null)?.errors?.[0];

/** Placement's details begin with the standard sentence of the status; what follows it is the message. */
function detailOf(answer: Answer): string {
  const error = errorOf(answer);
  const detail = error?.detail ?? error?.title ?? (answer.body as ErrorDocument | undefined | null)?.error?.message;
  // Whoever answers may be anything: an HTML page has no words for us, and a number is none.
  return typeof detail === "string" ? (detail.split("\n\n").at(-1) ?? detail).trim() : "";
}
