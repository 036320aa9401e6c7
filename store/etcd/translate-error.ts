import { messageOf } from "../../runtime/errors.ts";
import type { StoreErrorCode } from "../store.ts";
import { StoreError } from "../store-error.ts";

/** What was tried, for the message and for what may be concluded from silence. */
export interface CallContext {
  readonly verb:
    | "get"
    | "list"
    | "commit"
    | "watch"
    | "grant lease"
    | "keep alive"
    | "revoke lease"
    | "authenticate"
    | "describe";
  /** Relative key or prefix; several are joined by a comma. */
  readonly key?: string;
  /** A lost reply of a write says nothing about the write. */
  readonly write?: boolean;
}

/**
 * What a failed call means for the next step. `notSent`: the request never left, another endpoint may serve it.
 * `badToken`: authenticate again. `lost`: no reply that says anything.
 */
export type Fault =
  | "notSent"
  | "busy"
  | "badToken"
  | "authDisabled"
  | "compacted"
  | "denied"
  | "full"
  | "tooLarge"
  | "leaseGone"
  | "invalid"
  | "aborted"
  | "timeout"
  | "lost";

/** Our own deadline passed before the reply came. */
export class CallTimeout extends Error {
  constructor(ms: number) {
    super(`no answer within ${Math.round(ms)} ms`);
  }
}

/** The caller's signal, or close(). */
export class CallAborted extends Error {}

/**
 * First match wins. The texts are etcd's (api/v3rpc/rpctypes/error.go) and grpc-js's own; this file is the only
 * one that reads them.
 */
const faultByText: readonly (readonly [RegExp, Fault])[] = [
  [/invalid auth token|revision of auth store is old|revision in header is old/, "badToken"],
  [/authentication is not enabled/, "authDisabled"],
  [/permission denied|authentication failed|user name is empty|user name not found/, "denied"],
  [/required revision has been compacted/, "compacted"],
  [/database space exceeded/, "full"],
  [/request is too large|too many operations|message larger than max/, "tooLarge"],
  [/requested lease not found/, "leaseGone"],
  [/future revision|duplicate key given|key is not provided|lease already exists/, "invalid"],
  // Refused at the door, before anything was proposed.
  [/too many requests/, "busy"],
  [/No connection established|Name resolution failed|Channel closed before call started/, "notSent"],
];

export function faultOf(error: unknown): Fault {
  if (error instanceof CallTimeout) return "timeout";
  if (error instanceof CallAborted) return "aborted";
  const text = messageOf(error);
  return faultByText.find(([pattern]) => pattern.test(text))?.[1] ?? "lost";
}

const codeByFault: Readonly<Record<Exclude<Fault, "lost" | "timeout">, StoreErrorCode>> = {
  notSent: "Unavailable",
  busy: "Unavailable",
  badToken: "Denied",
  authDisabled: "Denied",
  compacted: "Compacted",
  denied: "Denied",
  full: "Full",
  tooLarge: "TooLarge",
  leaseGone: "LeaseGone",
  invalid: "Invalid",
  aborted: "Aborted",
};

const helpWhenFull =
  "etcd is over its quota and refuses every write. To mend it: " +
  'rev=$(etcdctl endpoint status -w json | grep -oE \'"revision":[0-9]+\' | grep -oE "[0-9]+" | head -1); ' +
  "etcdctl compaction $rev; etcdctl defrag; etcdctl alarm disarm; and raise --quota-backend-bytes if it is really needed";

/** Any failure of a call as a StoreError; a StoreError passes through. */
export function translateError(error: unknown, context: CallContext): StoreError {
  if (error instanceof StoreError) return error;
  const fault = faultOf(error);
  const silent = fault === "lost" || fault === "timeout";
  const code = silent ? (context.write ? "UnknownOutcome" : "Unavailable") : codeByFault[fault];
  const what = context.key === undefined ? context.verb : `${context.verb} ${context.key}`;
  const help = fault === "full" ? `. ${helpWhenFull}` : "";
  return new StoreError(code, `etcd: ${what}: ${messageOf(error)}${help}`, { cause: error });
}
