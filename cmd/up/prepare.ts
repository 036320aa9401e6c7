import { existsSync } from "node:fs";
import { join } from "node:path";
import { contextPath } from "../config/context-file.ts";
import { defaultNodeName } from "../node/host-identity.ts";
import { beginFolder, leftByPurge } from "./begin-folder.ts";
import { hostUser, makeCertificates } from "./certificates.ts";
import type { DataLayout } from "./data-layout.ts";
import { findLibvirt, type LibvirtChoice } from "./find-libvirt.ts";
import { freePortNear } from "./free-port.ts";
import { findInvoker } from "./invoker.ts";
import { makeFolders } from "./make-folders.ts";
import type { Progress } from "./progress.ts";
import { PORTS, type Ports, type RememberedSettings, type UpState, writeUpState } from "./up-state.ts";

/** Beside etcd's own 2379, which may be somebody else's. */
const FIRST_PORT = 23790;

/**
 * Makes everything the supervisor needs and writes it down. Repeated, it keeps what is there: names, ports that are
 * still free, certificates that are still good, the libvirt that was used.
 */
export async function prepare(
  layout: DataLayout,
  settings: RememberedSettings,
  before: UpState | undefined,
  progress: Progress,
): Promise<UpState> {
  if (!before) await beginFolder(layout);
  else if (before.purged) await beginFolder(layout, leftByPurge(layout));
  const invoker = findInvoker(process.env);
  await makeFolders(layout, invoker, before?.purged ? undefined : before?.invoker);
  const nodeName = settings.name ?? before?.nodeName ?? defaultNodeName();
  const libvirt = await lookForLibvirt(layout, settings, before, progress);
  await makeCertificates(layout, hostUser({ settings, nodeName }));
  const state: UpState = {
    version: 1,
    settings,
    nodeName,
    ports: await choosePorts(before?.ports),
    libvirt,
    dirs: guestFolders(layout, settings, libvirt),
    invoker,
    contextFile: contextPath(process.env, invoker.home),
  };
  await writeUpState(layout, state);
  return state;
}

/** Libvirt answers, if one is needed; also what a second `up` repairs. */
export async function lookForLibvirt(
  layout: DataLayout,
  settings: RememberedSettings,
  before: UpState | undefined,
  progress: Progress,
): Promise<LibvirtChoice> {
  if (settings.simulated !== undefined) return { kind: "none", socket: "" };
  progress.begin("libvirt");
  const usedPrivate = before?.libvirt.kind === "private";
  const choice = await findLibvirt({ socket: settings.libvirtSocket, privateDir: layout.libvirt, usedPrivate });
  const own = choice.kind === "private" ? " (our own: there is no other and no systemd)" : "";
  progress.done("libvirt", `answers at ${choice.socket}${own}`);
  return choice;
}

async function choosePorts(before: Ports | undefined): Promise<Ports> {
  const chosen: [string, number][] = [];
  for (const [index, name] of PORTS.entries()) {
    chosen.push([name, await freePortNear(before?.[name] ?? FIRST_PORT + index)]);
  }
  return Object.fromEntries(chosen) as Ports;
}

/** Where both the node and libvirt see the same files, and confined daemons may read and write them. */
function guestFolders(layout: DataLayout, settings: RememberedSettings, { kind }: LibvirtChoice): UpState["dirs"] {
  // Nothing is ever put there.
  if (kind === "none") return { pool: layout.node, console: layout.console };
  const pool = kind === "private" ? join(layout.libvirt, "images", "vmctl") : "/var/lib/libvirt/images/vmctl";
  // SELinux lets virtlogd write below /var/log/libvirt only, where ordinary users may not look.
  const isConfined = kind === "system" && existsSync("/sys/fs/selinux/enforce");
  return { pool: settings.poolDir ?? pool, console: isConfined ? "/var/log/libvirt/vmctl" : layout.console };
}
