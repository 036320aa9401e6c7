import { type Command, Option } from "commander";
import { resolveSettings } from "../config/resolve-settings.ts";
import { addSettingFlags } from "../config/setting-flags.ts";
import { isRootOrRanAsRoot } from "./as-root.ts";
import { findPlace } from "./find-place.ts";
import { UP_SETTINGS } from "./settings.ts";

const EXAMPLES = `
Examples:
  vmctl up                                       a control plane for this machine alone
  vmctl up --simulated 64                        with 64 simulated hypervisors: no libvirt, no root
  vmctl up --placement http://127.0.0.1:8778     with an OpenStack Placement

Flags are remembered in the data directory. The context that is written becomes the current one. Guests run on whatever happens to the control plane.`;

/** `vmctl up`: a trial control plane on this machine. */
export function registerUp(program: Command): void {
  const command = program
    .command("up")
    .description("Run a trial control plane on this machine: an etcd of its own, controller and node, supervised.")
    .addOption(new Option("--supervise").hideHelp())
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const flags: Readonly<Record<string, unknown>> = command.opts();
      const { values } = resolveSettings(UP_SETTINGS, { flags, environment: process.env });
      const { dir, needsRoot } = await findPlace(values.data, values.simulated);
      if (needsRoot && !isRootOrRanAsRoot("vmctl up")) return;
      const { runSupervisor, runUp } = await import("./up.ts");
      if (flags["supervise"] === true) await runSupervisor(dir);
      else await runUp({ ...values, data: dir }, flags);
    });
  addSettingFlags(command, UP_SETTINGS);
}
