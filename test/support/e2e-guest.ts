import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseWaitCondition } from "../../cmd/vmctl/select/wait-condition.ts";
import { type E2eCluster, type E2eCondition, type E2eObject, HOST } from "./e2e-cluster.ts";
import { eventually } from "./eventually.ts";

const run = promisify(execFile);

export interface SshKey {
  readonly file: string;
  readonly publicKey: string;
  /** Who logs in with it; default root. */
  readonly user?: string;
}

export async function makeSshKey(dir: string, name = "id_ed25519"): Promise<SshKey> {
  const file = join(dir, name);
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test@e2e", "-f", file]);
  return { file, publicKey: (await readFile(`${file}.pub`, "utf8")).trim() };
}

/** The Image object of the tiny guest, with its checksum. */
export const imageYaml = ({ image }: E2eCluster): string =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Image\nmetadata: {name: tiny}\nspec:\n` +
  `  source: {file: ${image.file}}\n  checksum: ${image.checksum}\n`;

/** One document about the only host; `spec` is its one line. */
export const hypervisorYaml = (spec: string): string =>
  `---\napiVersion: compute.vmctl/v1alpha1\nkind: Hypervisor\nmetadata: {name: ${HOST}}\nspec: {${spec}}\n`;

/** One document; `spec` are lines that join image and size. */
export function instanceYaml(name: string, ...spec: readonly string[]): string {
  const lines = ["image: {name: tiny}", "resources: {vcpu: 1, memory: 96Mi, disk: 1Gi}", ...spec];
  const given = new Set(spec.map((line) => line.split(":", 1)[0]));
  const kept = lines.filter((line, index) => index >= 2 || !given.has(line.split(":", 1)[0]));
  const text = kept.map((line) => `  ${line}\n`).join("");
  return `---\napiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: ${name}}\nspec:\n${text}`;
}

const READY = parseWaitCondition("condition=Ready");

/** The instance once it is Ready, as `vmctl wait` understands it, without a process for it. */
export async function whenReady(cluster: E2eCluster, name: string, deadlineMs = 60_000): Promise<E2eObject> {
  return eventually(
    async () => {
      const object = await cluster.object("instance", name);
      if (object && READY.met(object)) return object;
      throw new Error(`${name} is not Ready: ${JSON.stringify(object?.status)}`);
    },
    { deadlineMs, everyMs: 100 },
  );
}

/** The instance once its phase is Running: all there is to wait for with a guest that halts and has no address. */
export async function whenRunning(cluster: E2eCluster, name: string): Promise<E2eObject> {
  return eventually(
    async () => {
      const object = await cluster.object("instance", name);
      if (object?.status?.phase === "Running") return object;
      throw new Error(`${name} is not Running: ${JSON.stringify(object?.status)}`);
    },
    { deadlineMs: 60_000, everyMs: 100 },
  );
}

export const conditionOf = (object: E2eObject | undefined, type: string): E2eCondition | undefined =>
  object?.status?.conditions?.find((condition) => condition.type === type);

/** Resolves with the instance once the condition is `status/reason`. */
export async function whenCondition(
  cluster: E2eCluster,
  name: string,
  [type, wanted]: readonly [type: string, wanted: string],
): Promise<E2eObject> {
  return eventually(
    async () => {
      const object = await cluster.object("instance", name);
      const condition = conditionOf(object, type);
      if (object && `${condition?.status}/${condition?.reason}` === wanted) return object;
      throw new Error(`${name}: ${type} is ${JSON.stringify(condition)}, wanted ${wanted}`);
    },
    { deadlineMs: 45_000, everyMs: 250 },
  );
}

export function addressOf(instance: E2eObject): string {
  const ip = instance.status?.addresses?.find((address) => /^\d+\.\d+\.\d+\.\d+$/.test(address.ip))?.ip;
  if (!ip) throw new Error(`${instance.metadata.name} has no IPv4 address`);
  return ip;
}

/** Answers what the command printed in the guest, once its ssh server answers. */
export async function inGuest(cluster: E2eCluster, key: SshKey, ip: string, command: string): Promise<string> {
  return eventually(() => ssh(cluster, key, ip, command), { deadlineMs: 60_000, everyMs: 250 });
}

/** Once, now. */
export async function ssh(cluster: E2eCluster, key: SshKey, ip: string, command: string): Promise<string> {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"];
  const flags = [...options, "ConnectTimeout=5"].flatMap((option) => ["-o", option]);
  return cluster.inNetwork("ssh", "-F", "none", "-i", key.file, ...flags, `${key.user ?? "root"}@${ip}`, command);
}

/** pid of the QEMU of a domain: another run of the guest is another process. */
export async function qemuPid(cluster: E2eCluster, domain: string): Promise<number> {
  return Number(await readFile(join(cluster.libvirt.dir, "run", "qemu", `${domain}.pid`), "utf8"));
}
