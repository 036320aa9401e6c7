import type { Command } from "commander";
import type { ApplyDeps } from "../../../apply/apply-object.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { planSet } from "../../../apply/plan-set.ts";
import { UsageError } from "../../config/usage-error.ts";
import { applyInSet } from "../change/apply-in-set.ts";
import { applyManifests, manifestLabel } from "../change/apply-manifests.ts";
import { manifestFiles } from "../change/manifest-files.ts";
import { readManifests } from "../change/read-manifests.ts";
import { CommandFailure } from "../command-failure.ts";
import { fieldManager } from "../connection/field-manager.ts";
import { resolveNamespace } from "../connection/resolve-connection.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { labelOf } from "../plan/plan-lines.ts";
import type { ApplyFlags } from "./apply-command.ts";
import { runDiff } from "./diff.ts";

export async function runApply(flags: ApplyFlags, command: Command): Promise<void> {
  const files = manifestFiles(flags, "apply");
  if (flags.prune && flags.applyset === undefined)
    throw new UsageError("--prune deletes what a set held: name it with --applyset");
  if (flags.dryRun !== undefined) return dryRun(files, flags, command);
  if (flags.output !== undefined) throw new UsageError("-o is for --dry-run=cluster: apply prints a line per object");
  await withSession(command, async (session) => {
    const { namespace } = session.connection;
    const options = { recursive: flags.recursive ?? false, namespace, allowEmpty: flags.prune ?? false };
    const manifests = await readManifests(files, options);
    const manager = await fieldManager(session.connection, flags.fieldManager);
    const deps = { store: session.store, clock: session.clock, manager, force: flags.forceConflicts ?? false };
    const held = flags.failOnHeld ? await heldBack(session, deps, manifests) : [];
    if (flags.applyset === undefined) await applyManifests(session, deps, manifests);
    else await applyInSet(session, deps, { manifests, name: flags.applyset, flags });
    if (held.length > 0) throw new CommandFailure(EXIT.failed, `applied, but held back: ${held.join("; ")}`);
  });
}

async function dryRun(files: readonly string[], flags: ApplyFlags, command: Command): Promise<void> {
  if (flags.dryRun === "cluster" || flags.dryRun === "server") return runDiff(flags, command);
  if (flags.dryRun !== "client" && flags.dryRun !== true)
    throw new UsageError(`--dry-run=${flags.dryRun}: client, cluster or server`);
  const namespace = await resolveNamespace(command);
  const manifests = await readManifests(files, { recursive: flags.recursive ?? false, namespace });
  for (const manifest of manifests) process.stdout.write(`${manifestLabel(manifest)} valid (dry run)\n`);
}

/** `instance/web-1 spec.image recreate (held back)`: looked up before, because afterwards nothing differs any more. */
async function heldBack({ signal }: Session, deps: ApplyDeps, manifests: readonly Manifest[]): Promise<string[]> {
  const plan = await planSet(deps, manifests, { signal });
  if (plan.kind === "invalid") return [];
  return plan.objects.flatMap((planned) =>
    planned.result === "configured"
      ? planned.changes
          .filter(({ effect }) => effect.isHeld)
          .map(({ path, effect }) => `${labelOf(planned)} ${path} ${effect.text}`)
      : [],
  );
}
