import { COMMON_REASON } from "../../../resources/common-conditions.ts";
import type { Condition } from "../../../resources/conditions.ts";
import { REASON } from "../../../resources/instance-status.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";

interface Facts {
  readonly object: JoinedObject;
  readonly phase: string | undefined;
  readonly hypervisor: string | undefined;
  readonly condition: (type: string) => Condition | undefined;
}

/**
 * What an object waits for, first match wins; `undefined`: for nothing. The rows go from what stops everything to
 * what only a person would want to know.
 */
export function waitsFor(object: JoinedObject): string | undefined {
  const status = (object.status ?? {}) as { phase?: string; hypervisor?: string; conditions?: Condition[] };
  const conditions = Array.isArray(status.conditions) ? status.conditions : [];
  const facts: Facts = {
    object,
    phase: status.phase,
    hypervisor: status.hypervisor,
    condition: (type) => conditions.find((condition) => condition.type === type),
  };
  for (const row of ROWS) {
    const answer = row(facts);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

type Row = (facts: Facts) => string | undefined;

/** `Reason: message` of a condition that is not as wanted; `after`: where to look next. */
const lacking =
  (type: string, before: string, after = ""): Row =>
  ({ condition }) => {
    const found = condition(type);
    if (!found || found.status === "True") return undefined;
    return `${before} (${[found.reason, found.message].filter(Boolean).join(": ")})${after}`;
  };

const required =
  (type: string, help: (name: string) => string): Row =>
  ({ object, condition }) => {
    const found = condition(type);
    return found?.status === "True" ? `${help(object.metadata.name)} (${found.message})` : undefined;
  };

/** No hypervisor would help. */
const NAMES_NOTHING: ReadonlySet<string> = new Set([
  ...[REASON.imageNotFound, REASON.noDefaultImage, REASON.flavorNotFound],
  ...[REASON.secretNotFound, REASON.secretUnusable, REASON.hypervisorNotFound],
]);
/** Only another manifest would help. */
const MAKES_NO_SENSE: ReadonlySet<string> = new Set([REASON.invalidRequest]);
const LEFT = "; `vmctl describe hypervisors` shows what each has left";
const FINISH = "the controller to finish its deletion";

const ROWS: readonly Row[] = [
  // Deletion goes on whatever else is wrong.
  ({ object, hypervisor, condition }) => {
    if (object.metadata.deletionTimestamp === undefined) return undefined;
    const last = condition("DeletionFinished");
    if (last?.status === "False") return `the last step of its deletion (${last.reason}: ${last.message})`;
    const ready = condition("Ready");
    const said = ready?.reason === REASON.terminating && ready.message ? ` (${ready.message})` : "";
    if (hypervisor !== undefined) return `${hypervisor} to remove it${said}`;
    return ready?.reason === "InUse" ? `others to let go of it (${ready.message})` : FINISH;
  },
  ({ object }) => (object.status === undefined ? "a controller to see it: is `vmctl controller` running?" : undefined),
  lacking("Accepted", "a change of its manifest"),
  ({ object }) => {
    const { observedGeneration } = object.status as { observedGeneration?: number };
    const { generation } = object.metadata;
    const behind = generation !== undefined && observedGeneration !== undefined && observedGeneration < generation;
    return behind ? `its controllers to act on generation ${generation} (now at ${observedGeneration})` : undefined;
  },
  ({ object, condition }) => {
    const { status, reason = "", message } = condition("Scheduled") ?? {};
    if (status !== "False") return undefined;
    const said = `(${reason}: ${message})`;
    if (MAKES_NO_SENSE.has(reason)) return `a change of its manifest ${said}`;
    if (reason === COMMON_REASON.quotaExceeded)
      return `room in its namespace ${said}; \`vmctl describe namespace ${object.metadata.namespace}\` shows what is taken`;
    return NAMES_NOTHING.has(reason) ? `what its spec names ${said}` : undefined;
  },
  lacking("Scheduled", "a hypervisor that takes it", LEFT),
  lacking("LibvirtReachable", "libvirt on the host"),
  lacking("ImageReady", "its image"),
  ({ phase }) => (phase === "Stopped" ? "nothing: it is stopped" : undefined),
  ({ condition }) => {
    const failure = condition("ReplicaFailure");
    return failure?.status === "True"
      ? `instances that cannot be made (${failure.reason}: ${failure.message})`
      : undefined;
  },
  lacking("Ready", "being ready"),
  // It runs on as it was.
  lacking("Allocated", "room for what is asked for now", LEFT),
  lacking("Updated", "its instances to have the present template"),
  required("RestartRequired", (name) => `a restart: \`vmctl restart instance/${name}\``),
  lacking("OwnersFound", "its owner"),
  required("RecreateRequired", (name) => `being recreated: \`vmctl recreate instance/${name}\``),
  ({ object, condition }) => {
    const applied = condition("GuestConfigApplied");
    if (applied?.status !== "False") return undefined;
    return `being recreated, for its guest to read what is new: \`vmctl recreate instance/${object.metadata.name}\` (${applied.message})`;
  },
];
