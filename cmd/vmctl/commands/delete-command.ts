import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import { addChoiceFlags } from "../select/choice-flags.ts";
import type { ChoiceFlags } from "../select/choose-references.ts";

export interface DeleteFlags extends ChoiceFlags {
  readonly wait: boolean;
  readonly timeout: string;
  readonly gracePeriod?: string;
  readonly now?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly cascade?: string;
}

const EXAMPLES = `
Examples:
  vmctl delete instance web-1                   and wait until nothing of it is left
  vmctl delete instance/web-1 image/debian
  vmctl delete -f instance.yaml --timeout=2m
  vmctl delete instances -l app=web --wait=false
  vmctl delete instance web-1 --now             without leave for the guest to shut down
  vmctl delete instanceset web --cascade=orphan what it made stays, and is nobody's

A namespace is deleted with everything in it. What an object owns (metadata.ownerReferences) goes after it
(background), before it (foreground), or stays (orphan).
A guest is asked to shut down and has its grace period for it. Its disk is removed with it.

Only its host can say that nothing of a guest is left. Where the node controller or the fleet of a host is stopped, what
is on it stays Terminating, and the host cannot be deleted: start it again first (\`vmctl up\`, \`systemctl start
vmctl-node\`, \`vmctl fleet\`). For a host that never returns, and is switched off for good, one of its name takes the
deletions over: \`vmctl node --name HOST\` on another machine, or \`vmctl fleet\` with the same names.`;

export function registerDelete(program: Command): void {
  const command = program
    .command("delete [kind] [names...]")
    .description("Delete objects by name, label or manifest, and wait until they are gone.")
    .option("--wait", "wait until the objects are gone (the default)", true)
    .option("--no-wait", "only ask for the deletion; also --wait=false")
    .option("--timeout <time>", "how long to wait in all; 0 means without end", "0")
    .option("--grace-period <seconds>", "what a guest gets to shut down, instead of its own setting")
    .option("--now", "the same as --grace-period=0")
    .option("--cascade <how>", "what becomes of the objects it owns: background (the default), foreground, orphan")
    .option("--ignore-not-found", "what is not there counts as deleted")
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string | undefined, names: string[], flags: DeleteFlags, self: Command) => {
      const { runDelete } = await import("./delete.ts");
      await runDelete(kind === undefined ? [] : [kind, ...names], flags, self);
    });
  addChoiceFlags(command, "delete");
  addClientFlags(command);
}
