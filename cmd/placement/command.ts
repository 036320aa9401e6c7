import type { Command } from "commander";
import { addProgramSettings, loadProgramSettings } from "../config/program-settings.ts";
import { runParts } from "../program/run-parts.ts";
import { PLACEMENT_SETTINGS } from "./settings.ts";

/** Which Placement is served. Flags alone, not settings: no file or variable should turn one into another. */
export interface ServeFlags {
  readonly memory?: boolean;
  readonly prefix?: string;
  readonly cluster?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl placement serve --memory
  vmctl placement serve --cluster                              the Placement of the control plane, to look at
  vmctl placement serve --prefix /my-placement/ --endpoints http://127.0.0.1:2379`;

const SERVE_EXAMPLES = `${EXAMPLES}
  VMCTL_TOKEN=secret vmctl placement serve --memory --listen 0.0.0.0:8778

  curl -H 'X-Auth-Token: admin' -H 'OpenStack-API-Version: placement 1.39' http://127.0.0.1:8778/resource_providers

Settings, in rising precedence: defaults, the file, the environment, flags. Without --endpoints, the context file says
where etcd is.`;

/** `vmctl placement`: OpenStack Placement's HTTP API on the engine that schedules. */
export function registerPlacement(program: Command): void {
  const placement = program
    .command("placement")
    .description("OpenStack Placement's HTTP API on vmctl's own engine.")
    .addHelpText("after", EXAMPLES);
  const serve = placement
    .command("serve")
    .description("serve OpenStack Placement's HTTP API, microversions 1.0 to 1.39")
    .option("--memory", "a Placement of its own, forgotten when the program ends")
    .option("--prefix <PREFIX>", "a Placement of its own, kept in etcd below this prefix; several servers may share it")
    .option("--cluster", "the Placement of the control plane, read-only")
    .addHelpText("after", SERVE_EXAMPLES)
    .action(async (flags: ServeFlags) => {
      const values = await loadProgramSettings(serve, PLACEMENT_SETTINGS);
      if (!values) return;
      const { placementParts } = await import("./placement-parts.ts");
      const build = await placementParts(flags, values);
      await runParts("placement", values, build);
    });
  addProgramSettings(serve, PLACEMENT_SETTINGS);
}
