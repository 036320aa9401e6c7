import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ForeignNeighbours } from "../support/e2e-foreign.ts";
import { eventually } from "../support/eventually.ts";
import { QuickstartWorld } from "./quickstart-world.ts";
import { readTour, withoutAccidents } from "./readme-tour.ts";

const FIRST_MS = 180_000;
const SECOND_MS = 30_000;

let world: QuickstartWorld;
let foreign: ForeignNeighbours;
let domainId: string;

const upFile = (name: string): string => join(world.dir, "vmctl/up", name);
const contextFile = (): string => join(world.dir, "home/.config/vmctl/config.yaml");

beforeAll(async () => {
  world = await QuickstartWorld.create({ libvirt: true });
  const pool = join(world.dir, "images/vmctl");
  await mkdir(pool, { mode: 0o711 });
  foreign = await ForeignNeighbours.place(world.virsh, pool, world.dir);
});

afterAll(() => world.remove());

describe("quickstart, on a machine where a libvirt answers and others have guests", () => {
  it("ends with a guest that answers, in under three minutes", async () => {
    const began = performance.now();
    const { code, stdout, stderr } = await world.run("hack/quickstart");
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(performance.now() - began).toBeLessThan(FIRST_MS);
    expect(stdout).toMatch(/^hello +Running +\S+ +192\.168\.\d+\.\d+ /m);
    expect(stdout).toContain("vmctl-tiny: hostname=hello");
    expect(stdout).toMatch(/vmctl-tiny: address=192\.168\.\d+\.\d+ /);
    expect(stdout).toMatch(/vmctl-tiny: ssh-key=SHA256:\S+ type=ssh-ed25519/);
    const line = /^ {2}(ssh -i .*)$/m.exec(stdout)?.[1] ?? "no ssh line";
    expect((await world.must("sh", "-c", `${line} hostname </dev/null`)).trim()).toBe("hello");
    expect(commandsOf(world.dir).filter((command) => command.includes(" --watch"))).toEqual([]);
    domainId = await world.virsh("domid", "default.hello");
  });

  it("shows what a user is told to look at", async () => {
    const list = JSON.parse(await world.vmctl("get", "instances", "-o", "json"));
    expect(list.kind).toBe("List");
    expect(list.items[0].status.phase).toBe("Running");
    await world.must("ping", "-c", "1", "-W", "5", list.items[0].status.addresses[0].ip);
    expect((await world.virsh("domuuid", "default.hello")).trim()).toBe(list.items[0].metadata.uid);
    expect(await world.vmctl("doctor")).toContain("Nothing to mend.");
    expect((await stat(contextFile())).mode & 0o777).toBe(0o600);
  });

  it("does what the README's ten minutes say, word by word", async () => {
    for (const { command, output, endless } of await readTour("README.md")) {
      const shell = endless ? `timeout -s INT 2 ${command}` : command;
      const { code, stdout, stderr } = await world.run("sh", "-c", shell);
      if (endless) expect(stdout).toMatch(/^NAME +PHASE/);
      else if (output.trim() === "...") expect(code).toBe(0);
      else expect(withoutAccidents(code === 0 ? stdout : stderr), command).toBe(withoutAccidents(output));
    }
  });

  it("changes nothing the second time, in under half a minute", async () => {
    const began = performance.now();
    const { code, stdout, stderr } = await world.run("hack/quickstart");
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(performance.now() - began).toBeLessThan(SECOND_MS);
    expect(stdout).toContain("vmctl is up already");
    const applied = await world.vmctl("apply", "-f", "manifests/quickstart/");
    expect(applied).toMatch(/^image\/tiny unchanged$/m);
    expect(applied).toMatch(/^instance\/hello unchanged$/m);
    expect(await world.virsh("domid", "default.hello")).toBe(domainId);
  });

  it("runs each program under its own certificate and least role", async () => {
    const [node = ""] = (await readdir(upFile("certificates"))).filter((name) => /^node-.*\.crt$/.test(name));
    const name = node.replace(/^node-|\.crt$/g, "");
    const as = (user: string) => [
      ...["--endpoints", endpointOf(state), "--cacert", "/var/lib/vmctl/up/certificates/ca.crt"],
      ...[
        "--cert",
        `/var/lib/vmctl/up/certificates/${user}.crt`,
        "--key",
        `/var/lib/vmctl/up/certificates/${user}.key`,
      ],
    ];
    const state = JSON.parse(await readFile(upFile("state.json"), "utf8"));
    await world.vmctl("auth", "check", `--role=node:${name}`, ...as(`node-${name}`));
    await world.vmctl("auth", "check", "--role=controller", ...as("controller"));
    const refused = await world.run("./bin/vmctl", "get", "instances", ...as(`node-${name}`));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("refuses this user") });
  });

  it("is up again after the supervisor was killed, with the same guest", async () => {
    process.kill(JSON.parse(await readFile(upFile("up.pid"), "utf8")).pid, "SIGKILL");
    const doctor = await world.run("./bin/vmctl", "doctor");
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain("does not run; guests may");
    await world.vmctl("up");
    expect(await world.vmctl("get", "instances")).toMatch(/^hello +Running/m);
    expect(await world.virsh("domid", "default.hello")).toBe(domainId);
  });

  it("starts a program again that was killed", async () => {
    const pidOf = async () => JSON.parse(await readFile(upFile("run/controller.pid"), "utf8")).pid as number;
    const before = await pidOf();
    process.kill(before, "SIGKILL");
    await eventually(async () => (await pidOf()) !== before);
  });

  it("goes down and comes back, and the guest runs on", async () => {
    expect(await world.vmctl("down")).toContain("guests run on");
    expect(existsSync(upFile("up.pid"))).toBe(false);
    expect(await world.virsh("domid", "default.hello")).toBe(domainId);
    await world.vmctl("up");
    expect(await world.vmctl("get", "instances")).toMatch(/^hello +Running/m);
    expect(await world.virsh("domid", "default.hello")).toBe(domainId);
  });

  it("asks what is meant by a name", async () => {
    expect(await world.run("./bin/vmctl", "down", "web-1")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("did you mean stop instance/web-1?"),
    });
  });

  it("purges everything that is ours and only that", async () => {
    expect((await world.run("./bin/vmctl", "down", "--purge")).code).toBe(2);
    expect(await world.virsh("domid", "default.hello")).toBe(domainId);
    const said = await world.vmctl("down", "--purge", "--yes");
    expect(said).toContain("removed guest default.hello");
    await foreign.assertUnharmed();
    expect((await world.virsh("list", "--all", "--name")).trim()).toBe("foreign");
    expect(await world.virsh("net-list", "--all", "--name")).not.toContain("vmctl0");
    expect(await readdir(join(world.dir, "vmctl"))).toEqual([]);
    expect(await readdir(join(world.dir, "images"))).toEqual(["vmctl"]);
    expect(await readdir(join(world.dir, "images/vmctl"))).toEqual(["default.foreign.root.qcow2"]);
    expect(existsSync(contextFile())).toBe(false);
    for (const name of [".vmctl", "manifests/quickstart/hello.yaml"]) {
      expect(existsSync(join(world.dir, "checkout", name)), name).toBe(false);
    }
    expect(await world.vmctl("down")).toContain("nothing to do");
  });
});

const endpointOf = (state: { ports: { etcd: number } }): string => `https://127.0.0.1:${state.ports.etcd}`;

/** Of the processes that run from this world's checkout. */
const commandsOf = (dir: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((line) => line.includes(`${dir}/checkout/`));

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // It has ended.
  }
}
