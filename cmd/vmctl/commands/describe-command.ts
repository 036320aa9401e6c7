import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import { addFileFlags, type FileFlags } from "../select/file-flags.ts";

export interface DescribeFlags extends FileFlags {
  readonly selector?: string;
  readonly allNamespaces?: boolean;
  readonly showEvents: boolean;
}

const EXAMPLES = `
Examples:
  vmctl describe instance web-1     what it is, its image and hypervisor, what it waits for
  vmctl describe hypervisors        what each has, and the instances that take it
  vmctl describe image debian       who is made from it
  vmctl describe namespace team     what is in it`;

export function registerDescribe(program: Command): void {
  const command = program
    .command("describe [kind] [names...]")
    .description("Show objects in full: spec, status, related objects, conditions, events, and what they wait for.")
    .option("-A, --all-namespaces", "the objects of all namespaces")
    .option("-l, --selector <labels>", "only with these labels: a=b, a!=b, a in (x,y), a notin (z), a, !a")
    .option("--show-events", "their events too (the default)", true)
    .option("--no-show-events", "without events")
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string | undefined, names: string[], flags: DescribeFlags, self: Command) => {
      const { runDescribe } = await import("./describe.ts");
      await runDescribe(kind === undefined ? [] : [kind, ...names], flags, self);
    });
  addFileFlags(command);
  addClientFlags(command);
}
