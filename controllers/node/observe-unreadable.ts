import type { MachineState } from "../../hypervisor/hypervisor.ts";
import type { ObservedInstance, ObservedState } from "../../resources/observed.ts";
import { present } from "../cluster/present.ts";
import { REASON_UNREADABLE } from "../cluster/unreadable-assignment.ts";
import { isRunning } from "./machine-facts.ts";
import type { UnreadableAssignment } from "./node-view.ts";

export interface UnreadableInput {
  readonly uid: string;
  readonly unreadable: UnreadableAssignment;
  /** What we said last. */
  readonly last: ObservedInstance | undefined;
  readonly machine: MachineState | undefined;
}

/** By which controllers tell whether a word is about the binding that stands (S6). */
type Mark = Pick<ObservedInstance, "epoch" | "specRevision" | "generation">;

/**
 * What a host says of an instance whose assignment it cannot read (S8): it leaves the guest as it is, and why.
 * Undefined when nothing tells which assignment that is, as of one that never was an assignment.
 */
export function observeUnreadable(input: UnreadableInput): ObservedInstance | undefined {
  const said = input.last ?? firstWord(input);
  if (!said) return undefined;
  const { unassigned: _, retryAt: __, stopReason: ___, startedAt, addresses, addressesUnknowable, ...rest } = said;
  const running = isRunning(input.machine) ? present({ startedAt, addresses, addressesUnknowable }) : {};
  const problem = { reason: REASON_UNREADABLE, message: messageOf(input.unreadable), terminal: false };
  return { ...rest, ...running, state: stateOf(input.machine), problem };
}

function firstWord({ uid, machine, unreadable }: UnreadableInput): ObservedInstance | undefined {
  const mark = machine?.domain?.tags ?? markIn(unreadable.text, uid);
  if (!mark) return undefined;
  const { epoch, specRevision, generation } = mark;
  const pending = { restart: [], recreate: [], guestConfig: [] };
  return { uid, epoch, specRevision, generation, state: "Failed", restarts: 0, pending };
}

const messageOf = ({ key, problem }: UnreadableAssignment): string =>
  `${key} cannot be read (${problem}); the guest is left as it is (a newer controller than this node? then upgrade the node)`;

function stateOf(machine: MachineState | undefined): ObservedState {
  if (machine?.domain?.state === "paused") return "Paused";
  if (isRunning(machine)) return "Running";
  return machine?.domain ? "Stopped" : "Failed";
}

/** Three numbers are believed of a text that is otherwise not: they decide nothing but whether we are heard. */
function markIn(text: string, wanted: string): Mark | undefined {
  const { uid, epoch, specRevision, generation } = parse(text);
  if (uid !== wanted) return undefined;
  return isNumber(epoch) && isNumber(specRevision) && isNumber(generation)
    ? { epoch, specRevision, generation }
    : undefined;
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
