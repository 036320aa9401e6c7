import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GUEST_MAC, QemuGuest } from "./qemu-guest.ts";

const FIRST_SCRIPT = '#!/bin/sh\necho "script: ran in $(hostname) for \\"$1\\""\ntouch /data/marker\n';

const STATIC = `network:
  version: 2
  ethernets:
    any-name:
      match: {macaddress: "${GUEST_MAC.toUpperCase()}"}
      addresses: [10.0.2.15/24, "2001:db8::7/64"]
      routes:
        - to: default
          via: 10.0.2.2
      nameservers:
        addresses: [10.0.2.3]
`;

const file = (name: string, text: string) => ({ name, content: Buffer.from(text) });

let image: string;
let guest: QemuGuest;

beforeAll(async () => {
  image = execFileSync("hack/images/tiny", { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  guest = QemuGuest.create({ image, seed: { instanceId: "i-1", hostname: "web-1", userData: FIRST_SCRIPT } });
  await guest.boot();
}, 300_000);
afterAll(() => guest?.close());

/** One boot after the other on one disk: each step begins where the last one left the guest. */
describe("the tiny image", () => {
  it("boots by itself in 128 MiB and says on the console what the seed told it", async () => {
    await guest.seen(/^vmctl-tiny: ready\r?$/m);
    console.info(`tiny: ready ${guest.age.toFixed(1)} s after the start of QEMU`);
    const fingerprint = execFileSync("ssh-keygen", ["-lf", "-"], { input: guest.key, encoding: "utf8" }).split(" ")[1];
    const lines = guest.console.split(/\r?\n/).filter((line) => line.startsWith("vmctl-tiny: "));
    expect(lines.map((line) => line.slice("vmctl-tiny: ".length)).sort()).toEqual(
      [
        "hostname=web-1",
        "instance-id=i-1",
        `disk=${4 * 1024 ** 3}`,
        "boots=1",
        expect.stringContaining(`ssh-key=${fingerprint} type=ssh-ed25519`),
        `address=10.0.2.15 mac=${GUEST_MAC}`,
        "user-data-exit=0",
        "ready",
      ].sort((one, other) => String(one).localeCompare(String(other))),
    );
    expect(guest.console).toContain('script: ran in web-1 for ""');
  });

  it("lets the key of the seed in as root, and no password", async () => {
    expect((await guest.ssh("hostname; cat /data/boots")).split("\n")).toEqual(["web-1", "1", ""]);
    const noKey = ["-o", "IdentitiesOnly=yes", "-o", "PubkeyAuthentication=no"];
    await expect(guest.ssh("true", "root", noKey)).rejects.toThrow(/Permission denied \(publickey\)/);
  });

  it("powers off by the ACPI button", async () => {
    await guest.monitor("system_powerdown");
    const seconds = await guest.ended();
    console.info(`tiny: off ${seconds.toFixed(1)} s after the button`);
    expect(guest.console).toMatch(/^vmctl-tiny: poweroff\r?$/m);
  });

  it("keeps its data over a restart and runs the script once per instance-id", async () => {
    await guest.boot();
    await guest.seen(/^vmctl-tiny: ready\r?$/m);
    expect(guest.console).toMatch(/^vmctl-tiny: boots=2\r?$/m);
    expect(guest.console).not.toContain("user-data-exit");
    expect(await guest.ssh("ls /data/marker")).toBe("/data/marker\n");
  });

  it("reboots when told to", async () => {
    // Said from behind the connection, which would hang until the next kernel knows nothing of it.
    await guest.ssh("(sleep 0.2; reboot) >/dev/null 2>&1 &");
    await guest.ended();
    expect(guest.console).toMatch(/^vmctl-tiny: reboot\r?$/m);
    // The kernel's own word; of a poweroff it says "Power down".
    expect(guest.console).toContain("reboot: Restarting system");
  });

  it("reads a seed written by hand: block YAML, a mapping of keys, a static address, #cloud-config", async () => {
    guest.giveFiles([
      file(
        "meta-data",
        "instance-id: i-2 # new\nlocal-hostname: ignored\npublic-keys:\n  mine: ssh-ed25519 AAAA one\n",
      ),
      file("user-data", `#cloud-config\nhostname: 'web-2'\nssh_authorized_keys:\n- "${guest.key} two"\n`),
      file("network-config", STATIC),
    ]);
    await guest.boot();
    await guest.seen(/^vmctl-tiny: ready\r?$/m);
    expect(guest.console).toMatch(/^vmctl-tiny: boots=3\r?$/m);
    expect(guest.console.replaceAll("\r", "")).toMatch(/hostname=web-2\nvmctl-tiny: instance-id=i-2\n/);
    expect(guest.console).toMatch(/ type=ssh-ed25519 comment=one\r?$/m);
    expect(guest.console.match(/address=.*/g)?.map((line) => line.trim())).toEqual([
      `address=10.0.2.15 mac=${GUEST_MAC}`,
      `address=2001:db8::7 mac=${GUEST_MAC}`,
    ]);
    expect(await guest.ssh("ip route | head -n 1; cat /etc/resolv.conf")).toBe(
      "default via 10.0.2.2 dev eth0 \nnameserver 10.0.2.3\n",
    );
  });
});
