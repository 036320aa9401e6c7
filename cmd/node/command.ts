import type { Command } from "commander";
import { addProgramSettings, loadProgramSettings } from "../config/program-settings.ts";
import { runProgram } from "../program/run-program.ts";
import { NODE_SETTINGS } from "./settings.ts";

/** `vmctl node`: the node controller of one hypervisor. */
export function registerNode(program: Command): void {
  const command = program
    .command("node")
    .description("run the node controller of this host's libvirt")
    .action(async () => {
      const values = await loadProgramSettings(command, NODE_SETTINGS);
      if (!values) return;
      const { nodeParts } = await import("./node-parts.ts");
      await runProgram("node", values, (context) => nodeParts(values, context));
    });
  addProgramSettings(command, NODE_SETTINGS);
}
