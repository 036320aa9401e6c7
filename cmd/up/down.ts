import { dataLayout } from "./data-layout.ts";
import type { DownFlags } from "./down-command.ts";
import { stopControlPlane } from "./stop-control-plane.ts";
import { readUpState, type UpState } from "./up-state.ts";

/** Stops the control plane, or removes all of it. What is not there is success. */
export async function runDown(data: string, flags: DownFlags): Promise<void> {
  const layout = dataLayout(data);
  const state = await readUpState(layout);
  if (!state) return say(`no control plane in ${layout.dir}: nothing to do`);
  if (flags.purge) {
    const { purge } = await import("./purge.ts");
    return purge(layout, state, flags.yes === true);
  }
  const stopped = await stopControlPlane(layout);
  say(stopped ? "control plane stopped; guests run on" : "the control plane was not running");
  say(`\`vmctl up\` starts it again${libvirtNote(state)}`);
}

const libvirtNote = ({ libvirt }: UpState): string =>
  libvirt.kind === "private" ? "; our own libvirt runs on too, the guests are in it" : "";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
