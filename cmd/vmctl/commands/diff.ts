import type { Command } from "commander";
import { type PlannedObject, planSet } from "../../../apply/plan-set.ts";
import { UsageError } from "../../config/usage-error.ts";
import { manifestFiles } from "../change/manifest-files.ts";
import { invalidManifests, readManifests } from "../change/read-manifests.ts";
import { CommandFailure } from "../command-failure.ts";
import { fieldManager } from "../connection/field-manager.ts";
import { type Session, withSession } from "../connection/session.ts";
import { errorsAreTwo } from "../errors-are-two.ts";
import { EXIT } from "../exit-code.ts";
import { planDocument } from "../plan/plan-document.ts";
import { type PlanNotes, planLines } from "../plan/plan-lines.ts";
import { plannedUsers } from "../plan/planned-users.ts";
import { wherePlaced } from "../plan/where-placed.ts";
import { withFlavors } from "../plan/with-flavors.ts";
import type { DiffFlags } from "./diff-command.ts";

/** Also `apply --dry-run=cluster`. */
export async function runDiff(flags: DiffFlags, command: Command): Promise<void> {
  if (flags.output !== undefined && flags.output !== "json")
    throw new UsageError(`-o ${flags.output}: a plan is printed for people, or as json`);
  const files = manifestFiles(flags, command.name());
  await errorsAreTwo(() =>
    withSession(command, async (session) => {
      const options = { recursive: flags.recursive ?? false, namespace: session.connection.namespace };
      const planned = await planAll(session, await readManifests(files, options), flags);
      const objects = await withFlavors(session, planned);
      const notes = { placements: await wherePlaced(session, objects), users: await plannedUsers(session, objects) };
      print(objects, notes, flags.output === "json");
      judge(objects, flags.failOnHeld ?? false);
    }),
  );
}

async function planAll(
  { store, clock, signal, connection }: Session,
  manifests: Awaited<ReturnType<typeof readManifests>>,
  flags: DiffFlags,
): Promise<readonly PlannedObject[]> {
  const manager = await fieldManager(connection, flags.fieldManager);
  const plan = await planSet({ store, clock, manager, force: flags.forceConflicts ?? false }, manifests, { signal });
  if (plan.kind === "invalid") throw invalidManifests(plan.problems);
  return plan.objects;
}

function print(objects: readonly PlannedObject[], notes: PlanNotes, asJson: boolean): void {
  const text = asJson
    ? JSON.stringify(planDocument(objects, notes), undefined, 2)
    : planLines(objects, notes).join("\n");
  process.stdout.write(`${text}\n`);
}

/** diff's statuses, which pipelines know: 1 is a difference, so everything that is wrong is 2 or more. */
function judge(objects: readonly PlannedObject[], failOnHeld: boolean): void {
  const count = (result: PlannedObject["result"]) => objects.filter((it) => it.result === result).length;
  if (count("refused") > 0) throw new CommandFailure(EXIT.usage, `${count("refused")} would be refused`);
  if (count("conflict") > 0)
    throw new CommandFailure(EXIT.conflict, `${count("conflict")} in conflict with others' fields`);
  const held = objects.filter((it) => it.result === "configured" && it.changes.some(({ effect }) => effect.isHeld));
  if (failOnHeld && held.length > 0) throw new CommandFailure(EXIT.usage, `${held.length} would be held back`);
  if (count("created") + count("configured") > 0) process.exitCode = EXIT.failed;
}
