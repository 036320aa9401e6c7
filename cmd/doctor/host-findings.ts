import { existsSync } from "node:fs";
import { access, constants, statfs } from "node:fs/promises";
import { freemem } from "node:os";
import { answers } from "../up/answers.ts";
import { dataLayout } from "../up/data-layout.ts";
import { runningPid } from "../up/process-file.ts";
import { formatBytes } from "../vmctl/output/cell.ts";
import { bad, type Finding, note, ok, skipped } from "./finding.ts";

const SOCKETS = ["/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock"] as const;
const LEAST_DISK = 2 * 2 ** 30;
const LEAST_MEMORY = 512 * 2 ** 20;

/** What can be seen of this machine as a host of guests; says `skipped` on systems that cannot be one. */
export async function hostFindings(data: string): Promise<readonly Finding[]> {
  if (process.platform !== "linux") return [skipped("host", `guests need Linux, this is ${process.platform}`)];
  return [
    await controlPlaneFinding(data),
    await libvirtFinding(data),
    await kvmFinding(),
    await diskFinding(data),
    memoryFinding(freemem()),
  ];
}

async function controlPlaneFinding(data: string): Promise<Finding> {
  const layout = dataLayout(data);
  if (!existsSync(layout.state))
    return note("vmctl up", `no control plane of this machine's own in ${layout.dir}`, "vmctl up");
  const pid = await runningPid(layout.supervisor);
  if (pid !== undefined) return ok("vmctl up", `process ${pid} supervises ${layout.dir}`);
  return bad("vmctl up", `the control plane in ${layout.dir} does not run; guests may`, "vmctl up");
}

async function libvirtFinding(data: string): Promise<Finding> {
  const own = `${dataLayout(data).libvirt}/run/libvirt-sock`;
  const present = [own, ...SOCKETS].filter((socket) => existsSync(socket));
  for (const socket of present) if (await answers(socket)) return ok("libvirt", `answers at ${socket}`);
  const [socket] = present;
  if (socket === undefined)
    return note("libvirt", "no socket of libvirt here", "vmctl up, or systemctl start libvirtd");
  if (process.getuid?.() !== 0)
    return skipped("libvirt", `${socket} is there; only root, or who is in group libvirt, may ask`);
  return bad("libvirt", `${socket} is there and nobody answers`, "vmctl up, or systemctl restart libvirtd");
}

/** The device alone; whether it works is for the node to prove (see the hypervisor's KvmUsable). */
export async function kvmFinding(path = "/dev/kvm"): Promise<Finding> {
  const device = existsSync(path);
  const usable = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (usable) return ok("kvm", `${path} is there; whether guests can use it, KvmUsable of the hypervisor says`);
  if (device) return skipped("kvm", `${path} is there, not for this user`);
  return note(
    "kvm",
    `no ${path}: guests are emulated`,
    "switch virtualisation on in the firmware, or nesting in the outer machine",
  );
}

async function diskFinding(data: string): Promise<Finding> {
  const folder = [dataLayout(data).dir, "/var/lib/libvirt/images", "/var/lib"].find((path) => existsSync(path)) ?? "/";
  const { bavail, bsize } = await statfs(folder);
  const seen = `${formatBytes(bavail * bsize)} free in ${folder}`;
  return bavail * bsize < LEAST_DISK
    ? bad("disk", seen, "make room: etcd refuses writes and guests stop on a full disk")
    : ok("disk", seen);
}

export function memoryFinding(bytes: number): Finding {
  const seen = `${formatBytes(bytes)} free`;
  return bytes < LEAST_MEMORY
    ? note("memory", seen, "stop something: another guest will hardly fit")
    : ok("memory", seen);
}
