import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { SettingValues } from "../config/setting.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import type { DataLayout } from "./data-layout.ts";
import type { LibvirtChoice } from "./find-libvirt.ts";
import type { Invoker } from "./invoker.ts";
import type { REMEMBERED_SETTINGS } from "./settings.ts";

export type RememberedSettings = SettingValues<typeof REMEMBERED_SETTINGS>;

export const PORTS = ["etcd", "etcdPeer", "controllerMetrics", "nodeMetrics"] as const;
export type Ports = Readonly<Record<(typeof PORTS)[number], number>>;

/** Everything the supervisor, a later `up` and `down` must know. */
export interface UpState {
  readonly version: 1;
  readonly settings: RememberedSettings;
  readonly nodeName: string;
  readonly ports: Ports;
  readonly libvirt: LibvirtChoice;
  readonly dirs: { readonly pool: string; readonly console: string };
  readonly invoker: Invoker;
  readonly contextFile: string;
  /** A purge took everything but what other people's guests need, or a guest that it could not remove. */
  readonly purged?: true;
}

/** `undefined` where no control plane was ever made. CommandFailure for a file that is not ours. */
export async function readUpState(layout: DataLayout): Promise<UpState | undefined> {
  const text = await readFile(layout.state, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new CommandFailure(EXIT.failed, `cannot read ${layout.state}: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as UpState;
    if (state.version === 1) return state;
  } catch {
    // Said below, with the place.
  }
  throw new CommandFailure(EXIT.failed, `${layout.state} is not readable by this vmctl; nothing was changed`);
}

/**
 * What a later purge needs to finish one that had to leave something, and a later `up` to find it: where things are, and
 * nothing that was chosen otherwise, a token least of all.
 */
export function purgedState(state: UpState, defaults: RememberedSettings): UpState {
  const { uri, libvirtSocket, poolDir } = state.settings;
  return { ...state, settings: { ...defaults, uri, libvirtSocket, poolDir }, purged: true };
}

export async function writeUpState(layout: DataLayout, state: UpState): Promise<void> {
  await writeFile(`${layout.state}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${layout.state}.new`, layout.state);
  await rm(layout.unfinished, { force: true });
}
