import type { Condition } from "../../../resources/conditions.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { UsageError } from "../../config/usage-error.ts";
import { parseLeadingPath } from "./json-path.ts";
import { textOf } from "./jsonpath/compare.ts";

/** What `wait --for` waits for. `object` is undefined while there is none. */
export interface WaitCondition {
  /** How it is named in messages: `condition=Ready`. */
  readonly text: string;
  /** Whether an object that is not there (yet) may be waited for. */
  readonly absentIsFine: boolean;
  /** How a met condition is said: `condition met`, `deleted`. */
  readonly said: string;
  /** Of a `condition=`: its type, as it was given. */
  readonly type?: string;
  /** `uid`: whom the wait began with, for a name that was deleted and taken again. */
  met(object: JoinedObject | undefined, uid?: string): boolean;
}

const READY = "Ready";
const JSON_PATH = "jsonpath=";
const FORMS = "condition=TYPE[=STATUS], jsonpath={.path}[=VALUE], delete or create";

/** UsageError for anything else than the forms of kubectl. */
export function parseWaitCondition(text: string): WaitCondition {
  if (text === "delete") return { text, absentIsFine: true, said: "deleted", met: isGone };
  if (text === "create") return { text, absentIsFine: true, said: "created", met: (object) => object !== undefined };
  const condition = /^condition=([A-Za-z][A-Za-z0-9]*)(?:=(.+))?$/.exec(text);
  if (condition?.[1]) return forCondition(text, condition[1], condition[2] ?? "True");
  if (text.startsWith(JSON_PATH)) return forJsonPath(text);
  throw new UsageError(`--for=${text}: ${FORMS} expected`);
}

const isGone = (object: JoinedObject | undefined, uid?: string): boolean =>
  object === undefined || (uid !== undefined && object.metadata.uid !== uid);

/** A condition computed from an older spec does not count yet. Type and status in any case of letters. */
function forCondition(text: string, type: string, status: string): WaitCondition {
  const met = (object: JoinedObject | undefined) => {
    const { conditions } = (object?.status ?? {}) as { conditions?: Condition[] };
    const found = Array.isArray(conditions) ? conditions.find((one) => isSameWord(one.type, type)) : undefined;
    if (!found || !object || isStale(object, found)) return false;
    return isSameWord(found.status, status);
  };
  return { text, absentIsFine: false, said: "condition met", type, met };
}

const isSameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * A restart is asked for by an annotation, which is no new generation: only the revision that the host has acted upon
 * tells whether Ready is about the run before.
 */
function isStale({ metadata, status }: JoinedObject, { type, observedGeneration }: Condition): boolean {
  if ((observedGeneration ?? Number.POSITIVE_INFINITY) < (metadata.generation ?? 0)) return true;
  const { observedRevision } = status as { observedRevision?: number };
  return type === READY && observedRevision !== undefined && observedRevision < Number(metadata.resourceVersion ?? 0);
}

/** Without a value: that there is one. */
function forJsonPath(text: string): WaitCondition {
  const { find, rest } = parseLeadingPath(text.slice(JSON_PATH.length));
  if (rest !== "" && !rest.startsWith("=")) throw new UsageError(`--for=${text}: ${FORMS} expected`);
  const wanted = rest === "" ? undefined : unquoted(rest.slice(1));
  const met = (object: JoinedObject | undefined) => {
    const found = object === undefined ? [] : find(object).filter((value) => value !== undefined && value !== null);
    return wanted === undefined ? found.length > 0 : found.some((value) => textOf(value) === wanted);
  };
  return { text, absentIsFine: false, said: "condition met", met };
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text;
