import { hostname } from "node:os";
import { type RunningNode, startNode } from "../../controllers/node/start-node.ts";
import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import { openLibvirtHypervisor } from "../../hypervisor/libvirt/open-libvirt-hypervisor.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { SettingValues } from "../config/setting.ts";
import type { ProgramParts } from "../program/run-parts.ts";
import type { ProgramContext } from "../program/run-program.ts";
import { VERSION } from "../vmctl/version.ts";
import { defaultNodeName, readHostIdentity } from "./host-identity.ts";
import { takeLocalLock } from "./local-lock.ts";
import type { NODE_SETTINGS } from "./settings.ts";

type Values = SettingValues<typeof NODE_SETTINGS>;

/** The node program: the lock first, then libvirt, then the controller; stopped in reverse, guests run on. */
export async function nodeParts(values: Values, { store, log, metrics }: ProgramContext): Promise<ProgramParts> {
  const name = values.name ?? defaultNodeName();
  const wish: { virtType: "auto" | "kvm" | "qemu" } = { virtType: "auto" };
  let lock: Awaited<ReturnType<typeof takeLocalLock>> | undefined;
  let hypervisor: Hypervisor | undefined;
  let node: RunningNode | undefined;
  const startLibvirt = async () => {
    lock = await takeLocalLock(`${hostname()} ${values.libvirtSocket ?? values.uri}`);
    hypervisor = await openLibvirt(values, name, wish, log);
  };
  const stopLibvirt = async () => {
    await hypervisor?.close();
    await lock?.release();
  };
  const startController = async () => {
    if (!hypervisor) throw new Error("libvirt comes first");
    node = await startNode({
      name,
      store,
      hypervisor,
      identity: await readHostIdentity(VERSION),
      ttlSeconds: Math.max(2, Math.round(values.leaseTtl / 1000)),
      observeOnly: values.observe,
      clock: systemClock,
      log,
      metrics,
      random: Math.random,
      onHostAssigned: ({ virtType }) => {
        wish.virtType = virtType;
      },
    });
  };
  return {
    components: [
      { name: "libvirt", start: startLibvirt, stop: stopLibvirt },
      { name: "node", start: startController, stop: async () => node?.stop() },
    ],
    checks: { lease: () => (node?.held() ? undefined : "the lease is not held: etcd is out of reach") },
  };
}

function openLibvirt(
  values: Values,
  name: string,
  wish: { virtType: "auto" | "kvm" | "qemu" },
  log: Log,
): Promise<Hypervisor> {
  return openLibvirtHypervisor({
    node: name,
    ...(values.libvirtSocket === undefined ? {} : { socketPath: values.libvirtSocket }),
    uri: values.uri,
    poolDir: values.poolDir,
    stateDir: values.stateDir,
    consoleDir: values.consoleDir,
    imageDirs: values.imageDirs,
    manageNetwork: !values.observe,
    virtType: () => wish.virtType,
    clock: systemClock,
    random: Math.random,
    log,
  });
}
