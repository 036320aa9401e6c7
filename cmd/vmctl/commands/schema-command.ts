import type { Command } from "commander";

const EXAMPLES = `
Examples:
  vmctl schema > vmctl.schema.json

An editor with a YAML language server reads it from a manifest's first line:
  # yaml-language-server: $schema=./vmctl.schema.json
and then completes fields, shows what they mean and marks what apply would refuse.`;

export function registerSchema(program: Command): void {
  program
    .command("schema")
    .description("Print the JSON Schema of all manifests, for editors.")
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const { runSchema } = await import("./schema.ts");
      runSchema();
    });
}
