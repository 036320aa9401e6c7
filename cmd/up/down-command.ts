import type { Command } from "commander";
import { resolveSettings } from "../config/resolve-settings.ts";
import { addSettingFlags } from "../config/setting-flags.ts";
import { UsageError } from "../config/usage-error.ts";
import { isRootOrRanAsRoot } from "./as-root.ts";
import { findPlace } from "./find-place.ts";
import { PLACE_SETTINGS } from "./settings.ts";

export interface DownFlags {
  readonly purge?: boolean;
  readonly yes?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl down              guests run on, and the next up finds them again
  vmctl down --purge      shows what would go, and asks
  vmctl down --data DIR   the one that \`vmctl up --data DIR\` started

Without --data it is this machine's (or one's own simulated one). Where the current context is of another, down says so
and does nothing.`;

/** `vmctl down`: stops what `vmctl up` started. */
export function registerDown(program: Command): void {
  const command = program
    .command("down")
    .description("Stop the control plane that `vmctl up` started; guests run on.")
    .argument("[words...]")
    .usage("[options]")
    .option("--purge", "list everything that is ours on this machine, ask, and remove it: guests and disks too")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], flags: DownFlags) => {
      if (words.length > 0) throw new UsageError(misunderstood(words));
      const { values } = resolveSettings(PLACE_SETTINGS, { flags: command.opts(), environment: process.env });
      const { dir, needsRoot } = await findPlace(values.data, undefined);
      if (values.data === undefined) {
        const { refuseOtherThanCurrent } = await import("./refuse-other-than-current.ts");
        await refuseOtherThanCurrent(dir, flags.purge ? "vmctl down --purge" : "vmctl down", process.env);
      }
      if (needsRoot && !isRootOrRanAsRoot("vmctl down")) return;
      const { runDown } = await import("./down.ts");
      await runDown(dir, flags);
    });
  addSettingFlags(command, PLACE_SETTINGS);
}

/** People who know other tools mean an instance. */
function misunderstood(words: readonly string[]): string {
  const names = words.map((word) => (word.includes("/") ? word : `instance/${word}`));
  return `down stops the whole control plane of this machine; did you mean stop ${names.join(" ")}?`;
}
