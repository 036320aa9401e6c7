import type { Command } from "commander";

export function registerApiResources(program: Command): void {
  program
    .command("api-resources")
    .description("List the kinds there are, and what they may be called.")
    .addHelpText("after", "\nExamples:\n  vmctl api-resources")
    .action(async () => {
      const { runApiResources } = await import("./api-resources.ts");
      runApiResources();
    });
}
