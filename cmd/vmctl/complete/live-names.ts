import { homedir } from "node:os";
import { kindPrefix, specKey } from "../../../resources/keys.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { contextPath, readContexts } from "../../config/context-file.ts";
import { openConnection } from "../connection/open-connection.ts";
import { resolveConnection } from "../connection/resolve-connection.ts";
import type { Candidate } from "./candidate.ts";
import type { Asked } from "./object-words.ts";

/** More would be no help to anybody. */
const LIMIT = 200;
/** Who presses Tab does not wait. */
export const DEADLINE_MS = 450;

/**
 * Names that start so, in the namespace and on the control plane that the command's flags, the environment and the
 * context file say. Fails as the store does.
 */
export async function objectNames(
  { command, current, signal }: Pick<Asked, "command" | "current" | "signal">,
  kind: KindInfo,
): Promise<readonly string[]> {
  const connection = await resolveConnection(command);
  const requestTimeoutMs = Math.min(connection.requestTimeoutMs, DEADLINE_MS);
  const store = await openConnection({ ...connection, requestTimeoutMs });
  try {
    const prefix = specKey(kindPrefix(kind, connection.namespace));
    const keys = await store.listKeys(prefix + current, { limit: LIMIT, signal });
    return keys.map((key) => key.slice(prefix.length));
  } finally {
    await store.close();
  }
}

/** The contexts of this user's file; where each leads stands beside it. */
export async function contextNames(): Promise<readonly Candidate[]> {
  const { contexts, current } = await readContexts(contextPath(process.env, homedir()));
  return contexts.map(({ name, endpoints }) => ({
    value: name,
    description: `${endpoints.length} endpoint${endpoints.length === 1 ? "" : "s"}${name === current ? ", current" : ""}`,
  }));
}
