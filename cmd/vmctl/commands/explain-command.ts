import type { Command } from "commander";
import { collect } from "../../config/collect.ts";
import { addClientFlags } from "../connection/client-flags.ts";

export interface ExplainFlags {
  readonly recursive?: boolean;
  readonly filename?: readonly string[];
  readonly output?: string;
  readonly scores?: boolean;
  readonly allHosts?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl explain instance
  vmctl explain instance.spec.resources.memory
  vmctl explain instance.spec --recursive
  vmctl explain placement instance/web-1          where it would go now, and why nowhere else
  vmctl explain placement -f instance.yaml        before there is one; sets are explained by their template

explain placement asks the scheduler, which claims nothing for it. For each hypervisor: the first that is in its way, with
numbers; then the smallest change after which it would fit. An instance that has its place is looked at as if it had none.

Exit status of explain placement: 0 it would fit, 1 it would not, 2 and above something is wrong: 2 usage or not found,
4 no controller answered.`;

export function registerExplain(program: Command): void {
  const command = program
    .command("explain <kind.field> [instance/name...]")
    .description("What a kind or a field means; or, with placement, where an instance would go, and why nowhere else.")
    .option("--recursive", "the fields of the fields too")
    .option("-f, --filename <file>", "placement: of these manifests; may be repeated, - is standard input", collect)
    .option("-o, --output <format>", "placement: json, yaml")
    .option("--scores", "placement: how each host that fits scores")
    .option("--all-hosts", "placement: every host, and not only the nearest")
    .addHelpText("after", EXAMPLES)
    .action(async (what: string, names: string[], flags: ExplainFlags, self: Command) => {
      const { runExplain } = await import("./explain.ts");
      await runExplain([what, ...names], flags, self);
    });
  addClientFlags(command);
}
