import type { Command } from "commander";
import { type ApplyReport, applySet } from "../../../apply/apply-set.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { formatManifestProblem, type ManifestProblem } from "../../../apply/manifest-problem.ts";
import { messageOf } from "../../../runtime/errors.ts";
import { UsageError } from "../../config/usage-error.ts";
import { applyFailure } from "../change/apply-failure.ts";
import { invalidManifests, readManifests } from "../change/read-manifests.ts";
import { fieldManager } from "../connection/field-manager.ts";
import { resolveNamespace } from "../connection/resolve-connection.ts";
import { type Session, withSession } from "../connection/session.ts";
import { printable } from "../output/cell.ts";
import { formatReference } from "../select/references.ts";
import type { ApplyFlags } from "./apply-command.ts";

export async function runApply(flags: ApplyFlags, command: Command): Promise<void> {
  const recursive = flags.recursive ?? false;
  if (flags.dryRun !== undefined) return checkOnly(flags, command);
  await withSession(command, async (session) => {
    const { namespace } = session.connection;
    await applyAll(session, await readManifests(flags.filename, { recursive, namespace }), flags);
  });
}

async function checkOnly({ filename, recursive = false, dryRun }: ApplyFlags, command: Command): Promise<void> {
  if (dryRun !== "client" && dryRun !== true) throw new UsageError(`--dry-run=${dryRun}: only client is there yet`);
  const manifests = await readManifests(filename, { recursive, namespace: await resolveNamespace(command) });
  for (const manifest of manifests) say(`${label(manifest)} valid (dry run)`);
}

async function applyAll(session: Session, manifests: readonly Manifest[], flags: ApplyFlags): Promise<void> {
  const { store, clock, signal, connection } = session;
  const manager = await fieldManager(connection, flags.fieldManager);
  let done = 0;
  const onReport = (report: ApplyReport) => {
    done += 1;
    sayReport(report);
  };
  try {
    const outcome = await applySet({ store, clock, manager, force: flags.forceConflicts ?? false }, manifests, { signal, onReport });
    if (outcome.kind === "invalid") throw invalidManifests(outcome.problems);
    const failure = applyFailure(outcome.reports, connection.endpoints);
    if (failure) throw failure;
  } finally {
    if (signal.aborted) complain(`interrupted: ${done} of ${manifests.length} were applied`);
  }
}

function sayReport(report: ApplyReport): void {
  const name = label(report.manifest);
  if (report.result === "refused") complain(`${name} not applied: ${formatManifestProblem(report.problem)}`);
  else if (report.result === "conflict") sayConflict(name, report.problems);
  else if (report.result === "failed") complain(`${name} not applied: ${messageOf(report.error)}`);
  else say(`${name} ${report.result}`);
}

function sayConflict(name: string, problems: readonly ManifestProblem[]): void {
  for (const problem of problems) complain(`${name} conflict: ${formatManifestProblem(problem)}`);
  complain(`${name} not applied: take the fields out of the manifest, or take them over with --force-conflicts`);
}

const label = ({ kind, object }: Manifest): string => formatReference({ kind, name: object.metadata.name });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
