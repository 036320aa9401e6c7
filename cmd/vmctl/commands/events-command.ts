import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface EventsFlags {
  readonly allNamespaces?: boolean;
  readonly watch?: boolean;
  readonly types?: string;
  readonly for?: string;
  readonly selector?: string;
  readonly output?: string;
  readonly headers: boolean;
}

const EXAMPLES = `
Examples:
  vmctl events                          of the namespace, oldest first
  vmctl events --for instance/web-1 -w  of one object, and what comes
  vmctl events -l app=web --types=Warning
  vmctl events -o json

Events last about an hour; a repeated one is counted.`;

export function registerEvents(program: Command): void {
  const command = program
    .command("events [kind/name...]")
    .description("What happened to objects of late.")
    .option("--for <kind/name>", "of this object; the same as naming it")
    .option("-l, --selector <labels>", "of objects with these labels: a=b, a!=b, a in (x,y), a notin (z), a, !a")
    .option("-A, --all-namespaces", "the events of all namespaces and of cluster-wide objects")
    .option("-w, --watch", "after that, print events as they come until interrupted")
    .option("--types <types>", "only Normal or only Warning")
    .option("-o, --output <format>", "json or yaml")
    .option("--no-headers", "rows only")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], flags: EventsFlags, self: Command) => {
      const { runEvents } = await import("./events.ts");
      await runEvents(words, flags, self);
    });
  addClientFlags(command);
}
