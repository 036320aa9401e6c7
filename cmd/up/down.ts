import { isUnfinished } from "./begin-folder.ts";
import { type DataLayout, dataLayout } from "./data-layout.ts";
import type { DownFlags } from "./down-command.ts";
import { stopControlPlane } from "./stop-control-plane.ts";
import { readUpState, type UpState } from "./up-state.ts";

/** Stops the control plane, or removes all of it. What is not there is success. */
export async function runDown(data: string, flags: DownFlags): Promise<void> {
  const layout = dataLayout(data);
  const state = await readUpState(layout);
  if (!state && isUnfinished(layout)) return endUnfinished(layout, flags);
  if (!state) return say(`no control plane in ${layout.dir}: nothing to do`);
  if (flags.purge) {
    const { purge } = await import("./purge.ts");
    return purge(layout, state, flags.yes === true);
  }
  if (state.purged) {
    return say(`no control plane in ${layout.dir}, only what a purge left: \`vmctl down --purge\` looks again`);
  }
  const stopped = await stopControlPlane(layout);
  const guests = state.libvirt.kind === "none" ? "simulated guests went with it" : "guests run on";
  say(stopped ? `control plane stopped; ${guests}` : "the control plane was not running");
  say(`\`vmctl up\` starts it again${libvirtNote(state)}`);
}

/** An `up` that never got as far as a control plane: folders, and perhaps our own libvirt, without a guest. */
async function endUnfinished(layout: DataLayout, { purge }: DownFlags): Promise<void> {
  if (!purge) return say(`an \`up\` that failed left its folders in ${layout.dir}: --purge removes them`);
  const { removeUnfinished } = await import("./remove-own-files.ts");
  const left = await removeUnfinished(layout);
  for (const path of left) say(`left, because it is not ours: ${path}`);
  say(`removed what an \`up\` that failed had left in ${layout.dir}`);
}

const libvirtNote = ({ libvirt }: UpState): string =>
  libvirt.kind === "private" ? "; our own libvirt runs on too, the guests are in it" : "";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
