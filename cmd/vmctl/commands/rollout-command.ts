import type { Command } from "commander";
import { addChangeFlags, type ChangeFlags } from "../change/change-flags.ts";
import { addClientFlags } from "../connection/client-flags.ts";

export interface RolloutStatusFlags {
  readonly watch: boolean;
  readonly timeout: string;
  readonly revision?: string;
}
export interface RolloutHistoryFlags {
  readonly revision?: string;
  readonly output?: string;
}
export interface RolloutUndoFlags extends ChangeFlags {
  readonly toRevision?: string;
}

const EXAMPLES = `
Examples:
  vmctl rollout status instanceset/web
  vmctl rollout history instanceset/web
  vmctl rollout undo instanceset/web
  vmctl rollout restart instanceset/web`;

const STATUS_EXAMPLES = `
Examples:
  vmctl rollout status instanceset/web --timeout=10m    exit status 4 if it takes longer
  vmctl rollout status instanceset/web --watch=false    how far it is now`;

const HISTORY_EXAMPLES = `
Examples:
  vmctl rollout history instanceset/web
  vmctl rollout history instanceset/web --revision=3    the template of one`;

const UNDO_EXAMPLES = `
Examples:
  vmctl rollout undo instanceset/web                    to the template before this one
  vmctl rollout undo instanceset/web --to-revision=3
  vmctl rollout undo instanceset/web --dry-run=cluster -o yaml`;

const RESTART_EXAMPLES = `
Examples:
  vmctl rollout restart instanceset/web
  vmctl rollout restart instanceset web db`;

export function registerRollout(program: Command): void {
  const rollout = program
    .command("rollout")
    .description("How a template comes to the instances of a set, and the way back.")
    .addHelpText("after", EXAMPLES);
  registerStatus(rollout);
  registerHistory(rollout);
  registerUndo(rollout);
  const restart = rollout
    .command("restart <instanceset/name...>")
    .description("Restart the instances of sets, one after the other within maxUnavailable.")
    .addHelpText("after", RESTART_EXAMPLES)
    .action(async (words: string[], flags: ChangeFlags, self: Command) => {
      const { runRolloutRestart } = await import("./rollout-change.ts");
      await runRolloutRestart(words, flags, self);
    });
  addChangeFlags(restart);
  addClientFlags(restart);
}

function registerStatus(rollout: Command): void {
  const status = rollout
    .command("status <instanceset/name...>")
    .description("Say how far a rollout is, and wait until it is through.")
    .option("-w, --watch", "wait until it is through (the default)", true)
    .option("--no-watch", "say how far it is now; also --watch=false")
    .option("--timeout <time>", "how long to wait in all; 0 means without end", "0")
    .option("--revision <n>", "only while this is the newest revision")
    .addHelpText("after", STATUS_EXAMPLES)
    .action(async (words: string[], flags: RolloutStatusFlags, self: Command) => {
      const { runRolloutStatus } = await import("./rollout-status.ts");
      await runRolloutStatus(words, flags, self);
    });
  addClientFlags(status);
}

function registerHistory(rollout: Command): void {
  const history = rollout
    .command("history <instanceset/name...>")
    .description("List the templates that are on record, or show one.")
    .option("--revision <n>", "show the template of this revision")
    .option("-o, --output <format>", "with --revision: yaml (the default) or json")
    .addHelpText("after", HISTORY_EXAMPLES)
    .action(async (words: string[], flags: RolloutHistoryFlags, self: Command) => {
      const { runRolloutHistory } = await import("./rollout-history.ts");
      await runRolloutHistory(words, flags, self);
    });
  addClientFlags(history);
}

function registerUndo(rollout: Command): void {
  const undo = rollout
    .command("undo <instanceset/name...>")
    .description("Go back to an earlier template; it is rolled out like any other change.")
    .option("--to-revision <n>", "to this one; absent or 0: to the one before the present")
    .addHelpText("after", UNDO_EXAMPLES)
    .action(async (words: string[], flags: RolloutUndoFlags, self: Command) => {
      const { runRolloutUndo } = await import("./rollout-change.ts");
      await runRolloutUndo(words, flags, self);
    });
  addChangeFlags(undo);
  addClientFlags(undo);
}
