import { programWords } from "./as-root.ts";
import { type CertificateFiles, CONTROLLER, certificateFiles, hostUser } from "./certificates.ts";
import type { DataLayout } from "./data-layout.ts";
import { etcdEndpoint, etcdWords } from "./etcd-words.ts";
import type { UpState } from "./up-state.ts";
import { withoutVariables } from "./without-variables.ts";

export interface ProgramCommand {
  readonly name: "etcd" | "controller" | "node" | "fleet";
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Flags alone count: what is set in the environment is meant for the person's own commands. Tests know theirs by it. */
const OUR_VARIABLES = /^VMCTL_(?!TEST_)/;

export function etcdCommand(layout: DataLayout, { ports }: UpState): ProgramCommand {
  const environment = withoutVariables(process.env, /^ETCD_/);
  return { name: "etcd", program: "etcd", words: etcdWords(layout, ports), environment };
}

export function controllerCommand(layout: DataLayout, state: UpState): ProgramCommand {
  const { placement, placementToken } = state.settings;
  return ownCommand("controller", {
    ...connection(state, certificateFiles(layout, CONTROLLER)),
    "listen-metrics": `127.0.0.1:${state.ports.controllerMetrics}`,
    placement,
    "placement-token": placementToken,
  });
}

/** The program that hypervisors report by: this machine's node, or the fleet. */
export function hostCommand(layout: DataLayout, state: UpState): ProgramCommand {
  const { settings, nodeName, libvirt, dirs, ports } = state;
  const common = {
    ...connection(state, certificateFiles(layout, hostUser(state))),
    "listen-metrics": `127.0.0.1:${ports.nodeMetrics}`,
  };
  if (settings.simulated !== undefined) return ownCommand("fleet", { ...common, count: String(settings.simulated) });
  return ownCommand("node", {
    ...common,
    name: nodeName,
    uri: settings.uri,
    "libvirt-socket": libvirt.socket,
    "pool-dir": dirs.pool,
    "console-dir": dirs.console,
    "state-dir": layout.node,
    "image-dirs": [layout.images, ...settings.imageDirs].join(","),
  });
}

function ownCommand(name: "controller" | "node" | "fleet", flags: Readonly<Record<string, string>>): ProgramCommand {
  const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const environment = withoutVariables(process.env, OUR_VARIABLES);
  return { name, program: process.execPath, words: programWords(name, ...words), environment };
}

const connection = ({ ports }: UpState, { ca, cert, key }: CertificateFiles) => ({
  endpoints: etcdEndpoint(ports),
  cacert: ca,
  cert,
  key,
});
