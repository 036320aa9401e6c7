import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import type { DiffFlags } from "./diff-command.ts";
import { addManifestFlags } from "./manifest-flags.ts";

export interface ApplyFlags extends DiffFlags {
  readonly dryRun?: string | true;
  readonly applyset?: string;
  readonly prune?: boolean;
  readonly pruneLimit: string;
  readonly yes?: boolean;
  readonly lockTimeout: string;
}

const EXAMPLES = `
Examples:
  vmctl apply -f instance.yaml
  vmctl apply -f image.yaml -f instances/ -R
  generate-manifests | vmctl apply -f -
  vmctl get instance web-1 -o yaml > web-1.yaml; edit it; vmctl apply -f web-1.yaml
  vmctl apply -f instances/ --dry-run=client      only says whether the files are valid
  vmctl apply -f repo/ -R --applyset shop --prune     what the set held and repo/ no longer holds is deleted

Nothing is written unless the whole set is valid. Fields that others set stay as they are; a field that somebody else
has set to something else is a conflict (exit status 3); fields that your last apply set and the files no longer hold
go away.`;

export function registerApply(program: Command): void {
  const command = program.command("apply").description("Create or change objects to what manifests say.");
  addManifestFlags(command)
    .option("--field-manager <name>", "under whose name fields are set (default: the user of the certificate)")
    .option("--force-conflicts", "take over fields that others have set to something else")
    .option("--server-side", "as in kubectl: fields have owners; there is no other way")
    .option("--dry-run [mode]", "client: check the manifests, ask no cluster; cluster (or server): as diff does")
    .option("--fail-on-held", "exit status 1 when a change waits for a restart or recreate")
    .option("-o, --output <format>", "with --dry-run=cluster: json")
    .option("--applyset <name>", "remember these objects as the set of this name, across namespaces")
    .option("--prune", "delete what the set held and the files no longer hold")
    .option("--prune-limit <share>", "ask before more than this goes: 25%, or a number", "25%")
    .option("--yes", "go beyond the limit without asking")
    .option("--lock-timeout <time>", "how long to wait for another apply of the same set", "60s")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ApplyFlags, self: Command) => {
      const { runApply } = await import("./apply.ts");
      await runApply(flags, self);
    });
  addClientFlags(command);
}
