import type { Command } from "commander";

export interface ApiResourcesFlags {
  readonly output?: string;
  readonly namespaced?: boolean | string;
  readonly categories?: string;
  readonly headers: boolean;
  readonly sortBy?: string;
}

const EXAMPLES = `
Examples:
  vmctl api-resources
  vmctl api-resources -o wide
  vmctl api-resources --namespaced=false -o name
  vmctl api-resources --categories=all`;

export function registerApiResources(program: Command): void {
  program
    .command("api-resources")
    .description("List the kinds there are, and what they may be called.")
    .option("-o, --output <format>", "wide (with verbs and categories) or name")
    .option("--namespaced [boolean]", "only kinds in namespaces; =false: only those of the whole cluster")
    .option("--categories <names>", "only kinds in all of these")
    .option("--sort-by <column>", "name or kind")
    .option("--no-headers", "rows only")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ApiResourcesFlags) => {
      const { runApiResources } = await import("./api-resources.ts");
      runApiResources(flags);
    });
}
