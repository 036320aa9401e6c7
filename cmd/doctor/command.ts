import type { Command } from "commander";
import { resolveSettings } from "../config/resolve-settings.ts";
import { addSettingFlags } from "../config/setting-flags.ts";
import { findPlace } from "../up/find-place.ts";
import { PLACE_SETTINGS } from "../up/settings.ts";
import { addClientFlags, clientSettings } from "../vmctl/connection/client-flags.ts";

/** `vmctl doctor`: every precondition, ok or how to mend it. */
export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("Look at every precondition: ok, or how to mend it. Changes nothing.")
    .addHelpText(
      "after",
      "\nExamples:\n  vmctl doctor\n  vmctl doctor --context three     of another control plane than the current one",
    )
    .action(async () => {
      const { values } = resolveSettings(PLACE_SETTINGS, { flags: command.opts(), environment: process.env });
      const { runDoctor } = await import("./doctor.ts");
      await runDoctor(clientSettings(command), (await findPlace(values.data, undefined)).dir);
    });
  addSettingFlags(command, PLACE_SETTINGS);
  addClientFlags(command);
}
