import type { Command } from "commander";
import { addChangeFlags, type ChangeFlags } from "../change/change-flags.ts";
import { addClientFlags } from "../connection/client-flags.ts";
import { addManifestFlags, type ManifestFlags } from "./manifest-flags.ts";

export interface ReplaceFlags extends ManifestFlags, ChangeFlags {
  readonly force?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl replace -f instance.yaml
  vmctl get instance web-1 -o yaml | sed 's/vcpu: 2/vcpu: 4/' | vmctl replace -f -

The object becomes what the file says: fields that it does not hold go away, also those that others set (apply keeps
them). With metadata.resourceVersion nothing is replaced unless it is still the present one (exit status 3). The guest
is not replaced: a change takes effect as it does with apply; see recreate.`;

export function registerReplace(program: Command): void {
  const command = program.command("replace").description("Replace objects by what manifests say, whole.");
  addManifestFlags(command).option("--force", "says how: replace never deletes");
  addChangeFlags(
    command,
    "client: check the manifests, ask no cluster; cluster (or server): judge it all, write nothing",
  )
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ReplaceFlags, self: Command) => {
      const { runReplace } = await import("./replace.ts");
      await runReplace(flags, self);
    });
  addClientFlags(command);
}
