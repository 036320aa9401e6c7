import { afterAll, beforeAll, expect, it } from "vitest";
import { E2eCluster } from "../support/e2e-cluster.ts";
import {
  addressOf,
  inGuest,
  instanceYaml,
  makeSshKey,
  qemuPid,
  type SshKey,
  ssh,
  whenCondition,
  whenReady,
} from "../support/e2e-guest.ts";

/** The real cloud-init of a real distribution, once: what the tiny guest reads is our own idea of it. */
let cluster: E2eCluster;
let key: SshKey;
let ip: string;

const USER_DATA = `cloudInit:
    userData: |
      #cloud-config
      write_files:
        - path: /etc/vmctl-was-here
          content: "ünïcode: {a: 1}\\n"`;

const manifest = (sshKeys: readonly SshKey[]): string =>
  instanceYaml(
    "debian",
    `image: {source: {file: ${cluster.image.file}}, checksum: "${cluster.image.checksum}"}`,
    "resources: {vcpu: 1, memory: 768Mi, disk: 3Gi}",
    "hostname: bookworm-1",
    `sshKeys: [${sshKeys.map(({ publicKey }) => publicKey).join(", ")}]`,
    USER_DATA,
  );

beforeAll(async () => {
  cluster = await E2eCluster.start({ guest: "debian" });
  key = { ...(await makeSshKey(cluster.dir)), user: "debian" };
});
afterAll(() => cluster?.finish());

it("boots, reads what the manifest gives it, and lets the key in", async () => {
  await cluster.apply(manifest([key]));
  ip = addressOf(await whenReady(cluster, "debian", 200_000));
  expect(await inGuest(cluster, key, ip, "hostname")).toBe("bookworm-1\n");
}, 270_000);

it("has done all of cloud-init without an error", async () => {
  expect(await ssh(cluster, key, ip, "cloud-init status --wait")).toMatch(/status: done\n$/);
  expect(await ssh(cluster, key, ip, "cat /etc/vmctl-was-here")).toBe("ünïcode: {a: 1}\n");
  const instanceId = await ssh(cluster, key, ip, "cat /run/cloud-init/.instance-id");
  expect(instanceId.trim()).toBe((await cluster.object("instance", "debian"))?.metadata.uid);
});

it("has a disk of exactly the size asked for, and uses it", async () => {
  expect(await ssh(cluster, key, ip, "lsblk -bdno SIZE /dev/vda")).toBe(`${3 * 2 ** 30}\n`);
  const rootBytes = Number(await ssh(cluster, key, ip, "df -B1 --output=size / | tail -1"));
  expect(rootBytes).toBeGreaterThan(2.5 * 2 ** 30);
});

it("takes another key in, and says that this guest has read its keys already", async () => {
  const pid = await qemuPid(cluster, "default.debian");
  const second = await makeSshKey(cluster.dir, "second");
  expect(await cluster.apply(manifest([key, second]))).toBe("instance/debian configured\n");
  const instance = await whenCondition(cluster, "debian", ["GuestConfigApplied", "False/NeedsRecreate"]);
  const applied = instance.status?.conditions?.find(({ type }) => type === "GuestConfigApplied");
  expect(applied?.message).toContain("spec.sshKeys");
  await whenReady(cluster, "debian");
  expect(await qemuPid(cluster, "default.debian")).toBe(pid);
});
