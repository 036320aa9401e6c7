import { DEFAULT_NETWORK } from "../../resources/resolve-instance.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { confirm } from "../vmctl/confirm.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import { interruptSignal } from "../vmctl/interrupt-signal.ts";
import { answers } from "./answers.ts";
import type { DataLayout } from "./data-layout.ts";
import { MACHINE } from "./find-place.ts";
import { startPrivateLibvirt, stopPrivateLibvirt } from "./private-libvirt.ts";
import { purgeGuests } from "./purge-guests.ts";
import { quickstartFiles, removeQuickstartFiles } from "./quickstart-files.ts";
import { readGuests } from "./read-guests.ts";
import { releaseFromPlacement } from "./release-from-placement.ts";
import { removeOwnFiles, type Staying } from "./remove-own-files.ts";
import { resolveUpSettings } from "./resolve-up-settings.ts";
import { stopControlPlane } from "./stop-control-plane.ts";
import { purgedState, type UpState, writeUpState } from "./up-state.ts";
import { ownsUserContext, removeUserContext } from "./user-context.ts";

/**
 * Removes the guests of this control plane with their disks, its network, its own libvirt, its data and its context,
 * after listing them and asking. What carries no record of ours is left; so is what stands in one of our folders
 * without being ours, and a libvirt of our own that others have something in. Interrupted, failed, or left something,
 * it can be run again: the records go last.
 */
export async function purge(layout: DataLayout, state: UpState, yes: boolean): Promise<void> {
  await list(layout, state);
  if (!yes && !(await asked())) return say("nothing was changed");
  const unreleased = await releaseFromPlacement(layout, state);
  if (unreleased !== undefined) say(`left: ${unreleased}`);
  await stopControlPlane(layout);
  const { words, stays } = await removeGuests(layout, state);
  // A context of that name that is there after a purge is another one.
  if (!state.purged) await removeUserContext(layout, state);
  const quickstart = await removeQuickstartFiles(layout, stays);
  const left = [...words, ...quickstart, ...(await removeOwnFiles(layout, state, stays))];
  if (stays !== "nothing") await writeUpState(layout, purgedState(state, defaultSettings()));
  for (const line of left) say(`left: ${line}`);
  say(left.length === 0 ? "all of it is gone" : `the rest is gone${whatNext(layout, stays)}`);
}

const defaultSettings = () => resolveUpSettings({}, {}, { path: "", state: undefined });

function whatNext({ dir }: DataLayout, stays: Staying): string {
  if (stays === "nothing") return "";
  const command = `\`vmctl down --purge${dir === MACHINE ? "" : ` --data ${dir}`}\``;
  return stays === "records"
    ? `; ${command} again takes what is left, once that is done`
    : `; ${command} again takes our own libvirt too, once nothing of others is in it`;
}

async function list(layout: DataLayout, state: UpState): Promise<void> {
  const { settings, dirs, libvirt, contextFile } = state;
  say("This removes:");
  if (libvirt.kind !== "none") await listGuests(layout, dirs);
  if (libvirt.kind === "private") say(`  libvirt    our own, in ${layout.libvirt}`);
  const data = state.purged ? "the state that an earlier purge left" : "etcd, certificates, records, logs";
  say(`  data       ${layout.dir}: ${data}`);
  const isContextOurs = !state.purged && (await ownsUserContext(layout, state));
  if (isContextOurs) say(`  context    "${settings.contextName}" in ${contextFile}`);
  const files = await quickstartFiles(layout);
  if (files.length > 0) say(`  quickstart ${files.join(", ")}`);
}

async function listGuests(layout: DataLayout, dirs: UpState["dirs"]): Promise<void> {
  const { readable, unreadable } = await readGuests(layout);
  for (const guest of readable) say(`  guest      ${guest.namespace}.${guest.name}, ${guest.files.disk}`);
  for (const uid of unreadable)
    say(`  guest      ${uid}, if its domain is there to say which files are its own: its record cannot be read`);
  say(`  network    ${DEFAULT_NETWORK}, if it is marked as ours and nobody else uses it`);
  say(`  images     the cache in ${dirs.pool}/cache`);
}

async function asked(): Promise<boolean> {
  using interrupt = interruptSignal();
  return confirm("Remove all this?", interrupt.signal);
}

interface Left {
  readonly words: readonly string[];
  readonly stays: Staying;
}

/** What could not be removed. The private libvirt goes only when nothing foreign lives in it. */
async function removeGuests(layout: DataLayout, state: UpState): Promise<Left> {
  const { libvirt } = state;
  if (libvirt.kind === "none") return { words: [], stays: "nothing" };
  if (libvirt.kind === "private") await startPrivateLibvirt(layout.libvirt);
  else if (!(await answers(libvirt.socket))) {
    throw new CommandFailure(EXIT.failed, `no libvirt answers at ${libvirt.socket}; start it, then run this again`);
  }
  const { foreign, left } = await purgeGuests(layout, state);
  // Where they are looked for again, once somebody has mended the record.
  if (left.length > 0) return { words: left, stays: "records" };
  if (libvirt.kind === "system") return { words: [], stays: "nothing" };
  if (foreign.length > 0) return { words: [inOurLibvirt(state, foreign)], stays: "libvirt" };
  await stopPrivateLibvirt(layout.libvirt);
  return { words: [], stays: "nothing" };
}

function inOurLibvirt({ libvirt }: UpState, foreign: readonly string[]): string {
  const virsh = `virsh -c 'qemu+unix:///system?socket=${libvirt.socket}'`;
  return `our own libvirt, which runs on: in it is ${foreign.join(", ")}, which is not ours (${virsh})`;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
