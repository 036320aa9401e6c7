import type { Command } from "commander";
import { addProgramSettings, loadProgramSettings } from "../config/program-settings.ts";
import { runProgram } from "../program/run-program.ts";
import { CONTROLLER_SETTINGS } from "./settings.ts";

/** `vmctl controller`: every cluster-wide reconciler; any number of replicas, one leader acts. */
export function registerController(program: Command): void {
  const command = program
    .command("controller")
    .description("run the cluster-wide controllers (several may run; one leads)")
    .action(async () => {
      const values = await loadProgramSettings(command, CONTROLLER_SETTINGS);
      if (!values) return;
      const { controllerParts } = await import("./controller-parts.ts");
      await runProgram("controller", values, (context) => controllerParts(values, context));
    });
  addProgramSettings(command, CONTROLLER_SETTINGS);
}
