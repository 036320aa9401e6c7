import { canonicalJson } from "../../resources/canonical-json.ts";
import type { MachineFacts } from "./machine-facts.ts";
import { restartDelayMs, shouldStart } from "./should-start.ts";
import { nothing, refuse, type Step } from "./step.ts";
import { mustRecreate, nextTags } from "./tags.ts";

/** Undefined: this rule has no say. */
type Rule = (facts: MachineFacts, recreate: boolean) => Step | undefined;

const LEASE_POLL_MS = 1_000;

/** The way from nothing, or from a domain that is off, to a start. First match wins. */
export function bringUp(facts: MachineFacts): Step {
  const domain = facts.machine?.domain;
  const recreate = domain !== undefined && mustRecreate(facts.assigned, domain.tags);
  for (const rule of RULES) {
    const step = rule(facts, recreate);
    if (step) return step;
  }
  return prepare(facts, recreate);
}

/** The run strategy leaves it off. What was prepared for a start is started, whoever ended it before. */
const staysOff: Rule = ({ assigned, machine, memory }, recreate) => {
  const domain = machine?.domain;
  if (memory.preparedFor !== undefined || shouldStart(assigned, domain)) return undefined;
  // We stopped it ourselves to make it anew.
  if (recreate && domain?.stopReason === "Requested") return undefined;
  return { do: "nothing", ...(domain?.stopReason ? { stopReason: domain.stopReason } : {}) };
};

const noRight: Rule = ({ held }) =>
  held
    ? undefined
    : refuse("LeaseNotHeld", "etcd is out of reach: nothing new starts here until it is back", LEASE_POLL_MS);

/** The old disk goes while the old definition stands, so that any pass sees what is still to be done. */
const oldDisk: Rule = ({ assigned, machine, memory }, recreate) =>
  recreate && machine?.disk && memory.builtFor !== assigned.specRevision ? { do: "removeDisk" } : undefined;

const lostDisk: Rule = ({ machine }, recreate) =>
  machine?.domain && !machine.disk && !recreate
    ? refuse("DiskMissing", "the disk file is gone; `vmctl recreate` makes a new one from the image")
    : undefined;

/** After an end or a refused start: the last problem stays visible meanwhile. */
const backOff: Rule = ({ machine, memory, now }) => {
  if (memory.failures === 0) return undefined;
  const wait = (memory.endedAt ?? 0) + restartDelayMs(memory.failures) - now;
  if (wait <= 0) return undefined;
  const stopReason = machine?.domain?.stopReason;
  return {
    do: "nothing",
    recheckMs: wait,
    retryInMs: wait,
    ...(memory.problem ? { problem: memory.problem } : {}),
    ...(stopReason ? { stopReason } : {}),
  };
};

const build: Rule = ({ assigned, machine, image }) => {
  if (machine?.disk) return undefined;
  if (!image) return { do: "fetchImage" };
  const { name, checksum, digest } = assigned.machine.image;
  // An Image without a checksum: the first digest reported is recorded for all hosts, and only then used.
  if (name !== undefined && checksum === undefined && digest === undefined) return nothing;
  return { do: "createDisk", image };
};

const growDisk: Rule = ({ assigned, machine, memory }, recreate) => {
  const previous = machine?.domain?.tags;
  if (!previous || recreate) return undefined;
  const bytes = assigned.machine.disk;
  return bytes > Math.max(previous.disk, memory.grownTo ?? 0) ? { do: "growDisk", bytes } : undefined;
};

/** Defined and seeded by this process for this very assignment. */
const start: Rule = ({ assigned, machine, memory }) => {
  const previous = machine?.domain?.tags;
  const prepared = previous?.specRevision === assigned.specRevision && memory.preparedFor === canonicalJson(previous);
  return prepared ? { do: "start" } : undefined;
};

const RULES: readonly Rule[] = [staysOff, noRight, oldDisk, lostDisk, backOff, build, growDisk, start];

function prepare({ assigned, machine, memory }: MachineFacts, recreate: boolean): Step {
  const domain = machine?.domain;
  const tags = nextTags(assigned, domain?.tags, domain !== undefined && !recreate);
  const again = memory.failures > 0 || domain?.stopReason === "HostRestarted";
  return { do: "prepare", tags: again ? { ...tags, restarts: tags.restarts + 1 } : tags };
}
