import { join, resolve } from "node:path";

/** Names in the data directory of a trial control plane. */
export interface DataLayout {
  readonly dir: string;
  /** What was chosen: settings, ports, libvirt. Its presence marks the directory as ours. */
  readonly state: string;
  /** There from the first folder that is made until the state is written: an `up` that failed goes on here. */
  readonly unfinished: string;
  readonly supervisor: string;
  readonly certificates: string;
  readonly etcd: string;
  readonly logs: string;
  /** Process files of what the supervisor runs. */
  readonly run: string;
  /** The node's records. */
  readonly node: string;
  /** Images that manifests may name by path; the invoking user may put files there. */
  readonly images: string;
  /** What the guests print, readable for the invoking user. */
  readonly console: string;
  /** The private libvirt, where there is no other. */
  readonly libvirt: string;
}

export function dataLayout(data: string): DataLayout {
  const dir = resolve(data);
  const at = (name: string) => join(dir, name);
  return {
    dir,
    state: at("state.json"),
    unfinished: at("unfinished"),
    supervisor: at("up.pid"),
    certificates: at("certificates"),
    etcd: at("etcd"),
    logs: at("logs"),
    run: at("run"),
    node: at("node"),
    images: at("images"),
    console: at("console"),
    libvirt: at("libvirt"),
  };
}

export const logFile = (layout: DataLayout, program: string): string => join(layout.logs, `${program}.log`);
export const processFile = (layout: DataLayout, program: string): string => join(layout.run, `${program}.pid`);
