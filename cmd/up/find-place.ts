import { homedir } from "node:os";
import { join } from "node:path";
import { isUnfinished } from "./begin-folder.ts";
import { dataLayout } from "./data-layout.ts";
import { readUpState } from "./up-state.ts";

/** Where the control plane of this machine's libvirt is, unless somebody said otherwise. */
export const MACHINE = "/var/lib/vmctl/up";

export interface Place {
  readonly dir: string;
  readonly needsRoot: boolean;
}

/**
 * Which trial control plane is meant, and whether only root may touch it. The one of this machine's libvirt is root's;
 * one of simulated hypervisors is anybody's, by default in his own folder. `data`, `simulated`: as they were given.
 */
export async function findPlace(data: string | undefined, simulated: number | undefined): Promise<Place> {
  if (process.getuid?.() === 0) return { dir: data ?? MACHINE, needsRoot: false };
  const dir = data ?? ownFolder(process.env);
  if (simulated !== undefined || (await isSimulated(dir))) return { dir, needsRoot: false };
  return { dir: data ?? MACHINE, needsRoot: true };
}

/** Of the XDG base directories the one for what outlives a restart and is no configuration. */
const ownFolder = (environment: NodeJS.ProcessEnv): string =>
  join(environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "vmctl", "up");

/** One that this user cannot read is not his. */
async function isSimulated(dir: string): Promise<boolean> {
  const layout = dataLayout(dir);
  const state = await readUpState(layout).catch(() => undefined);
  return state ? state.settings.simulated !== undefined : isUnfinished(layout);
}
