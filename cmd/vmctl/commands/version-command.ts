import type { Command } from "commander";
import { VERSION } from "../version.ts";

export function registerVersion(program: Command): void {
  program
    .command("version")
    .description("Print the version of this program.")
    .addHelpText("after", "\nExamples:\n  vmctl version")
    .action(() => void process.stdout.write(`vmctl ${VERSION} (node ${process.version})\n`));
}
