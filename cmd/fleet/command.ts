import type { Command } from "commander";
import { PREFIX } from "../../resources/keys.ts";
import { addProgramSettings, loadProgramSettings } from "../config/program-settings.ts";
import { runProgram } from "../program/run-program.ts";
import { FLEET_SETTINGS } from "./settings.ts";

const EXAMPLES = `
Examples:
  vmctl fleet --endpoints http://127.0.0.1:2379 --count 64
  vmctl fleet --config fleet.yaml --count 1000 --template rack.yaml --name-prefix rack1-
  vmctl fleet --config fleet.yaml --count 20 --boot-ms 5000 --fail 1% --seed 7      slow hosts that fail now and then
  vmctl delete hypervisors -l compute.vmctl/fleet=rack1                  takes a fleet that was stopped out for good

Simulated guests live in this process' memory: when it ends, every host of it has lost its guests, and the next start
under the same names brings them up anew.
Settings, in rising precedence: defaults, the file, the environment, flags.`;

/** `vmctl fleet`: many simulated hypervisors in one process. */
export function registerFleet(program: Command): void {
  const command = program
    .command("fleet")
    .description("run simulated hypervisors, many in one process, for tests and trials")
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const values = await loadProgramSettings(command, FLEET_SETTINGS);
      if (!values) return;
      const { fleetParts } = await import("./fleet-parts.ts");
      await runProgram("fleet", values, (context) => fleetParts(values, context), PREFIX.alive);
    });
  addProgramSettings(command, FLEET_SETTINGS);
}
