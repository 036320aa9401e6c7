import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface EditFlags {
  readonly fieldManager?: string;
}

const EXAMPLES = `
Examples:
  vmctl edit instance web-1
  vmctl edit instance/web-1 image/debian          one after the other
  VMCTL_EDITOR='code --wait' vmctl edit instance web-1

The editor is $VMCTL_EDITOR, $EDITOR or vi. What is not valid opens again, with the reasons as comments on top. When
somebody else changed the object meanwhile you see what, and edit it as it is now. Your text is never lost: where it
could not be stored, a file keeps it and its path is printed.`;

export function registerEdit(program: Command): void {
  const command = program
    .command("edit <kind> [names...]")
    .description("Edit objects in a text editor.")
    .option("--field-manager <name>", "under whose name fields are set (default: the user of the certificate)")
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string, names: string[], flags: EditFlags, self: Command) => {
      const { runEdit } = await import("./edit.ts");
      await runEdit([kind, ...names], flags, self);
    });
  addClientFlags(command);
}
