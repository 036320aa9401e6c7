import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface ApplyFlags {
  readonly filename: readonly string[];
  readonly recursive?: boolean;
  readonly dryRun?: string | true;
  readonly fieldManager?: string;
  readonly forceConflicts?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl apply -f instance.yaml
  vmctl apply -f image.yaml -f instances/ -R
  generate-manifests | vmctl apply -f -
  vmctl get instance web-1 -o yaml > web-1.yaml; edit it; vmctl apply -f web-1.yaml
  vmctl apply -f instances/ --dry-run=client      only says whether the files are valid

Nothing is written unless the whole set is valid. Fields that others set stay as they are; a field that somebody else
has set to something else is a conflict (exit status 3); fields that your last apply set and the files no longer hold
go away.`;

export function registerApply(program: Command): void {
  const command = program
    .command("apply")
    .description("Create or change objects to what manifests say.")
    .requiredOption(
      "-f, --filename <file>",
      "file or directory of manifests; may be repeated, - is standard input",
      collect,
    )
    .option("-R, --recursive", "directories below directories too")
    .option("--dry-run [mode]", "client: check the manifests, change nothing, ask no cluster")
    .option("--field-manager <name>", "under whose name fields are set (default: the user of the certificate)")
    .option("--force-conflicts", "take over fields that others have set to something else")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ApplyFlags, self: Command) => {
      const { runApply } = await import("./apply.ts");
      await runApply(flags, self);
    });
  addClientFlags(command);
}

const collect = (item: string, before: readonly string[] = []): string[] => [...before, item];
