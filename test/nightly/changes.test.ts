import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { E2eCluster } from "../support/e2e-cluster.ts";
import {
  addressOf,
  conditionOf,
  imageYaml,
  inGuest,
  instanceYaml,
  makeSshKey,
  qemuPid,
  type SshKey,
  whenCondition,
  whenReady,
} from "../support/e2e-guest.ts";
import { eventually } from "../support/eventually.ts";

/** Each kind of change once, on a real guest: live, with a restart, with a new disk (architecture section 5). */
const DOMAIN = "default.web";
let cluster: E2eCluster;
let key: SshKey;
let ip: string;

const web = (resources: string, ...spec: string[]): string =>
  instanceYaml("web", `resources: {vcpu: 1, ${resources}}`, `sshKeys: [${key.publicKey}]`, ...spec);
const anotherRun = async (work: () => Promise<unknown>): Promise<void> => {
  const pid = await qemuPid(cluster, DOMAIN);
  await work();
  await eventually(async () => (await qemuPid(cluster, DOMAIN)) !== pid, { deadlineMs: 60_000, everyMs: 100 });
  await whenReady(cluster, "web");
};
const boots = async (): Promise<number> => {
  const text = await readFile(join(cluster.dir, "console", `${DOMAIN}.console.log`), "utf8");
  return Number(/.*boots=(\d+)/s.exec(text)?.[1]);
};

beforeAll(async () => {
  cluster = await E2eCluster.start();
  key = await makeSshKey(cluster.dir);
  await cluster.apply(imageYaml(cluster) + web("memory: 96Mi, disk: 1Gi"));
  ip = addressOf(await whenReady(cluster, "web"));
  await inGuest(cluster, key, ip, "true");
});
afterAll(() => cluster?.finish());

it("memory, disk and hostname wait for a restart, which is asked for by name", async () => {
  const pid = await qemuPid(cluster, DOMAIN);
  await cluster.apply(web("memory: 128Mi, disk: 2Gi", "hostname: other"));
  const waiting = await whenCondition(cluster, "web", ["RestartRequired", "True/NeedsRestart"]);
  expect(conditionOf(waiting, "RestartRequired")?.message).toBe(
    "spec.resources.memory, spec.resources.disk, spec.hostname",
  );
  expect(await qemuPid(cluster, DOMAIN)).toBe(pid);

  const before = await cluster.virsh("dumpxml", "--inactive", DOMAIN);
  await anotherRun(() => cluster.vmctlOk("restart", "instance/web"));
  await whenCondition(cluster, "web", ["RestartRequired", "False/UpToDate"]);
  expect(await inGuest(cluster, key, ip, "hostname")).toBe("other\n");
  expect(await inGuest(cluster, key, ip, "cat /sys/block/vda/size")).toBe(`${(2 * 2 ** 30) / 512}\n`);
  const kib = Number(await inGuest(cluster, key, ip, "awk '/MemTotal/ { print $2 }' /proc/meminfo"));
  // What the kernel keeps for itself is not counted there.
  expect(kib).toBeGreaterThan(80 * 1024);
  const abi = (xml: string): string[] => xml.match(/<(address|mac|type) .*/g) ?? [];
  expect(abi(await cluster.virsh("dumpxml", "--inactive", DOMAIN))).toEqual(abi(before));
  expect(await boots()).toBe(2);
});

it("a disk does not shrink: refused with its place, and nothing changes", async () => {
  const smaller = web("memory: 128Mi, disk: 1Gi", "hostname: other");
  const { code, stderr } = await cluster.vmctlWith({ stdin: smaller }, "apply", "-f", "-");
  expect(code).toBe(1);
  expect(stderr).toMatch(/stdin:\d+:\d+ spec\.resources\.disk cannot shrink \(from 2Gi to 1Gi\)/);
  expect((await cluster.object("instance", "web"))?.spec["resources"]).toMatchObject({ disk: "2Gi" });
});

it("another image waits for a recreate, which loses the disk and keeps uid and address", async () => {
  const { uid } = (await cluster.object("instance", "web"))?.metadata ?? {};
  const other = join(cluster.dir, "images", "other.qcow2");
  await promisify(execFile)("qemu-img", ["convert", "-q", "-O", "qcow2", cluster.image.file, other]);
  const image = `image: {source: {file: ${other}}}`;
  await cluster.apply(web("memory: 128Mi, disk: 2Gi", "hostname: other", image));
  await whenCondition(cluster, "web", ["RecreateRequired", "True/NeedsRecreate"]);
  await inGuest(cluster, key, ip, "echo old >/data/word; sync");

  await anotherRun(() => cluster.vmctlOk("recreate", "instance/web", "--yes"));
  await whenCondition(cluster, "web", ["RecreateRequired", "False/UpToDate"]);
  expect(await inGuest(cluster, key, ip, "ls /data/word 2>&1 || true")).toContain("No such file");
  expect(await cluster.virsh("domuuid", DOMAIN)).toBe(uid);
  expect(await boots()).toBe(1);
});

it("with updatePolicy OnChange another key brings a new guest by itself", async () => {
  const second = await makeSshKey(cluster.dir, "second");
  const other = join(cluster.dir, "images", "other.qcow2");
  const image = `image: {source: {file: ${other}}}`;
  const manifest = web("memory: 128Mi, disk: 2Gi", "hostname: other", image, "updatePolicy: {recreate: OnChange}");
  await anotherRun(() => cluster.apply(manifest.replace(key.publicKey, second.publicKey)));
  expect(await inGuest(cluster, second, ip, "hostname")).toBe("other\n");
  await whenCondition(cluster, "web", ["GuestConfigApplied", "True/UpToDate"]);
});
