import type { Command } from "commander";
import { type InstanceSetSpec, MAX_REPLICAS } from "../../../resources/instance-set.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { CodedError } from "../../../runtime/errors.ts";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { explainRefusal } from "../change/change-refused.ts";
import { ChangeReport, parseChangeFormat } from "../change/change-report.ts";
import { parseDryRun } from "../change/dry-run.ts";
import { reportEach } from "../change/each-object.ts";
import { shownDocument } from "../change/shown-document.ts";
import { withSession } from "../connection/session.ts";
import { onlySets } from "../rollout/only-sets.ts";
import { chooseReferences } from "../select/choose-references.ts";
import { formatReference } from "../select/references.ts";
import type { ScaleFlags } from "./scale-command.ts";

export async function runScale(words: readonly string[], flags: ScaleFlags, command: Command): Promise<void> {
  const wanted = { ...flags, replicas: count("--replicas", flags.replicas), current: current(flags) };
  const options = { format: parseChangeFormat(flags.output), isDryRun: parseDryRun(flags.dryRun) !== undefined };
  await withSession(command, async (session) => {
    const references = onlySets(await chooseReferences(session, words, flags, "scale"), "scaled");
    const report = new ChangeReport(session.talk, options);
    const scale = async (reference: (typeof references)[number]) => {
      const name = formatReference(reference);
      const change = { fieldManager: flags.fieldManager, dryRun: options.isDryRun };
      const mutate = (stored: StoredObject, at: number) => scaled(stored, at, wanted);
      const done = await changeObject(session, reference, mutate, change).catch((error: unknown) => {
        throw explainRefusal(error, `${name} not scaled`);
      });
      report.add(
        reference,
        done.changed ? "scaled" : `unchanged (it has ${wanted.replicas} replicas)`,
        shownDocument(done),
      );
    };
    await reportEach(references, { signal: session.signal, report }, scale);
  });
}

interface Wanted {
  readonly replicas: number;
  readonly current: number | undefined;
  readonly resourceVersion?: string;
}

/** Throws a CodedError `Conflict` when the set is not as it was thought to be. */
export function scaled(stored: StoredObject, at: number, { replicas, current, resourceVersion }: Wanted): StoredObject {
  const spec = stored.spec as InstanceSetSpec;
  const now = spec.replicas ?? 1;
  if (resourceVersion !== undefined && resourceVersion !== String(at))
    throw new CodedError("Conflict", `resourceVersion is ${at} now, not ${resourceVersion}`);
  if (current !== undefined && current !== now)
    throw new CodedError("Conflict", `spec.replicas is ${now} now, not ${current}`);
  return now === replicas ? stored : { ...stored, spec: { ...spec, replicas } };
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value <= MAX_REPLICAS) return value;
  throw new UsageError(`${flag} ${text}: a number from 0 to ${MAX_REPLICAS} expected`);
}

/** kubectl's -1 says nothing. */
function current({ currentReplicas: text }: ScaleFlags): number | undefined {
  return text === undefined || text === "-1" ? undefined : count("--current-replicas", text);
}
