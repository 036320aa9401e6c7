import type { Command } from "commander";

const EXAMPLES = `
Examples:
  vmctl explain instance
  vmctl explain instance.spec.resources.memory
  vmctl explain instance.spec --recursive`;

export function registerExplain(program: Command): void {
  program
    .command("explain <kind.field>")
    .description("What a kind or a field of it means: type, default, and what a change does to a running guest.")
    .option("--recursive", "the fields of the fields too")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: { recursive?: boolean }) => {
      const { runExplain } = await import("./explain.ts");
      runExplain(path, flags.recursive ?? false);
    });
}
