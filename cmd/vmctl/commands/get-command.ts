import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface GetFlags {
  readonly output?: string;
  readonly allNamespaces?: boolean;
  readonly watch?: boolean;
  readonly selector?: string;
}

const EXAMPLES = `
Examples:
  vmctl get instances                        in the namespace of the context
  vmctl get instances -A -o wide             in all namespaces, with uid, image and generation
  vmctl get instances -w                     one line per change, until Ctrl-C
  vmctl get instance web-1 -o yaml           as a manifest, with its status
  vmctl get instances -l app=web,tier!=db    by labels
  vmctl get instances,hypervisors            several kinds
  vmctl get instance/web-1 image/debian      single objects of several kinds`;

export function registerGet(program: Command): void {
  const command = program
    .command("get <kind> [names...]")
    .description("List objects, or show some by name. KIND is a plural, singular or short name; see api-resources.")
    .option("-o, --output <format>", "wide, json, yaml or name")
    .option("-A, --all-namespaces", "the objects of all namespaces")
    .option("-w, --watch", "after that, print a line for each change until interrupted")
    .option("-l, --selector <labels>", "only objects with these labels: key=value, key!=value, key, !key")
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string, names: string[], flags: GetFlags, self: Command) => {
      const { runGet } = await import("./get.ts");
      await runGet([kind, ...names], flags, self);
    });
  addClientFlags(command);
}
