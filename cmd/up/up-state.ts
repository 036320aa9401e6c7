import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
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

export async function writeUpState(layout: DataLayout, state: UpState): Promise<void> {
  await writeFile(`${layout.state}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${layout.state}.new`, layout.state);
  await rm(layout.unfinished, { force: true });
}

/** Says that the folder is ours before anything is put into it. */
export async function beginFolder(layout: DataLayout): Promise<void> {
  await refuseForeignFolder(layout);
  await mkdir(layout.dir, { recursive: true, mode: 0o755 });
  await writeFile(layout.unfinished, "vmctl up has begun to make a control plane here\n");
}

/** A folder with other people's things in it is never taken for ours. */
async function refuseForeignFolder(layout: DataLayout): Promise<void> {
  const names: string[] = await readdir(layout.dir).catch(() => []);
  if (names.length === 0 || names.includes(basename(layout.unfinished))) return;
  throw new CommandFailure(EXIT.failed, `${layout.dir} is not empty and no control plane of ours: pass another --data`);
}
