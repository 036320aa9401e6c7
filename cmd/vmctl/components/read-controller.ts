import { electionKey } from "../../../resources/keys.ts";
import { isDenied } from "../../../store/store-error.ts";
import type { Session } from "../connection/session.ts";
import { fieldAt } from "../output/field-at.ts";
import type { Known, LeaderSeen } from "./components.ts";

const KEY = electionKey("controller");

/** The controller that leads, by its election record; `value: undefined`: none does. */
export async function readController({ store, signal }: Session): Promise<Known<LeaderSeen | undefined>> {
  try {
    const entry = await store.get(KEY, { signal });
    return { value: entry && parseLeader(entry.value) };
  } catch (error) {
    if (isDenied(error)) return { unknown: `this user may not read ${KEY}` };
    throw error;
  }
}

/** A record that cannot be read still means that somebody leads. */
function parseLeader(text: string): LeaderSeen {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    record = undefined;
  }
  const [holder, version, since] = ["holder", "version", "since"].map((field) => fieldAt(record, field));
  return {
    holder: typeof holder === "string" ? holder : "somebody",
    ...(typeof version === "string" && { version }),
    ...(typeof since === "number" && Number.isFinite(since) && { since: timeOf(since) }),
  };
}

function timeOf(ms: number): string {
  const date = new Date(Math.min(Math.max(ms, 0), 8.64e15));
  return date.toISOString();
}
