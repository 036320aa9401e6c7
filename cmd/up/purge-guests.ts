import { openLibvirtHypervisor } from "../../hypervisor/libvirt/open-libvirt-hypervisor.ts";
import { DEFAULT_NETWORK } from "../../resources/resolve-instance.ts";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import { silentLog } from "../../runtime/log.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import type { DataLayout } from "./data-layout.ts";
import { readGuests } from "./read-guests.ts";
import { removeImageCache } from "./remove-image-cache.ts";
import { removeUnreadable } from "./remove-unreadable.ts";
import type { UpState } from "./up-state.ts";

export interface PurgedGuests {
  readonly foreign: readonly string[];
  /** In words. The records that tell of it are needed still. */
  readonly left: readonly string[];
}

/**
 * Ends and removes the guests and our network, and when all that is done the image cache: the disk of a guest that could
 * not be removed needs it. Gives the names of what in this libvirt is not ours, and what is ours and could not go.
 */
export async function purgeGuests(layout: DataLayout, state: UpState): Promise<PurgedGuests> {
  const purged = await removeGuests(layout, state);
  for (const path of await removeImageCache(state.dirs.pool))
    process.stdout.write(`left: ${path}, which disks in ${state.dirs.pool} need\n`);
  return purged;
}

async function removeGuests(layout: DataLayout, state: UpState): Promise<PurgedGuests> {
  const { readable, unreadable } = await readGuests(layout);
  const hypervisor = await open(layout, state);
  try {
    for (const { uid, namespace, name } of readable) {
      await hypervisor.destroy(uid);
      await hypervisor.remove(uid);
      process.stdout.write(`removed guest ${namespace}.${name}\n`);
    }
    const left = await removeUnreadable(hypervisor, unreadable);
    const network = await hypervisor.removeNetwork().then(() => undefined, messageOf);
    if (network !== undefined) process.stdout.write(`left: ${network}\n`);
    const { unmanaged, networks, facts } = await hypervisor.host();
    // A libvirt that says nothing is not an empty one.
    if (!facts.LibvirtReachable.ok) throw new CommandFailure(EXIT.failed, facts.LibvirtReachable.message);
    const domains = unmanaged.domains > 0 ? [`${unmanaged.domains} domain(s)`] : [];
    return { foreign: [...domains, ...networks.map((other) => `network ${other}`)], left };
  } finally {
    await hypervisor.close();
  }
}

const open = (layout: DataLayout, { nodeName, settings, dirs, libvirt }: UpState) =>
  openLibvirtHypervisor({
    node: nodeName,
    uri: settings.uri,
    socketPath: libvirt.socket,
    poolDir: dirs.pool,
    consoleDir: dirs.console,
    stateDir: layout.node,
    network: DEFAULT_NETWORK,
    manageNetwork: false,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
  });
