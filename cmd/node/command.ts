import type { Command } from "commander";
import { aliveKey } from "../../resources/keys.ts";
import { addProgramSettings, loadProgramSettings } from "../config/program-settings.ts";
import { runProgram } from "../program/run-program.ts";
import { NODE_SETTINGS } from "./settings.ts";

const EXAMPLES = `
Examples:
  vmctl node --config /etc/vmctl/node.yaml
  vmctl node --endpoints https://etcd-1:2379 --cacert ca.pem --cert node.pem --key node-key.pem --name host-1
  vmctl node --config node.yaml --observe --print-config     the settings in force, and where each came from

Settings, in rising precedence: defaults, the file, the environment, flags.`;

/** `vmctl node`: the node controller of one hypervisor. */
export function registerNode(program: Command): void {
  const command = program
    .command("node")
    .description("run the node controller of this host's libvirt")
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const values = await loadProgramSettings(command, NODE_SETTINGS);
      if (!values) return;
      const { nodeParts } = await import("./node-parts.ts");
      const { defaultNodeName } = await import("./host-identity.ts");
      const alive = aliveKey(values.name ?? defaultNodeName());
      await runProgram("node", values, (context) => nodeParts(values, context), alive);
    });
  addProgramSettings(command, NODE_SETTINGS);
}
