import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface ClusterInfoFlags {
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  vmctl cluster-info             is everything there that has to be?
  vmctl cluster-info -o json`;

export function registerClusterInfo(program: Command): void {
  const command = program
    .command("cluster-info")
    .description("What runs: etcd, the controller that leads, hypervisors alive and silent, the placement engine.")
    .option("-o, --output <format>", "json or yaml")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ClusterInfoFlags, self: Command) => {
      const { runClusterInfo } = await import("./cluster-info.ts");
      await runClusterInfo(flags, self);
    });
  addClientFlags(command);
}
