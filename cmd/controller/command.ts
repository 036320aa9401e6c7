import type { Command } from "commander";
import { addProgramSettings, loadProgramSettings } from "../config/program-settings.ts";
import { runProgram } from "../program/run-program.ts";
import { CONTROLLER_SETTINGS } from "./settings.ts";

const EXAMPLES = `
Examples:
  vmctl controller --config /etc/vmctl/controller.yaml
  vmctl controller --endpoints https://etcd-1:2379 --cacert ca.pem --cert controller.pem --key controller-key.pem
  vmctl controller --config controller.yaml --print-config     the settings in force, and where each came from

Settings, in rising precedence: defaults, the file, the environment, flags.`;

/** `vmctl controller`: every cluster-wide reconciler; any number of replicas, one leader acts. */
export function registerController(program: Command): void {
  const command = program
    .command("controller")
    .description("run the cluster-wide controllers (several may run; one leads)")
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const values = await loadProgramSettings(command, CONTROLLER_SETTINGS);
      if (!values) return;
      const { controllerParts } = await import("./controller-parts.ts");
      await runProgram("controller", values, (context) => controllerParts(values, context));
    });
  addProgramSettings(command, CONTROLLER_SETTINGS);
}
