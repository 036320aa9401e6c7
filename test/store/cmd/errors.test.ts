import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specKey } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";
import { QuickCli } from "../../cmd/quick-cli.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { freePort } from "../../support/free-port.ts";
import { storedInstance } from "../../support/stored-instance.ts";

const ROOT = "/errors/";
let server: EtcdServer;
let store: Store;
let folder: string;
let cli: QuickCli;
const alone = new QuickCli({});

beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store({ root: ROOT });
  folder = await mkdtemp(join(tmpdir(), "vmctl-cli-"));
  cli = new QuickCli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: ROOT });
  await put("web-1", storedInstance("web-1"));
});
afterAll(async () => {
  await cli?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const put = async (name: string, value: string): Promise<void> => {
  const key = specKey(`ns/default/instances/${name}`);
  await store.commit({ compares: [], writes: [{ op: "put", key, value }] });
};

describe("usage", () => {
  it("is status 2 and one line", async () => {
    for (const words of [["foo"], ["get", "vm", "--otput", "json"], ["get", "instnces"]]) {
      const { status, out, err } = await alone.run(words);
      expect({ status, out }).toEqual({ status: 2, out: "" });
      expect(err).toMatch(/^vmctl: .+\n$/);
    }
  });
});

describe("what cannot be reached", () => {
  it("is named with what to check", async () => {
    const endpoint = `127.0.0.1:${await freePort()}`;
    const { status, err } = await alone.run(["get", "vm", "--endpoints", endpoint]);
    expect(status).toBe(1);
    expect(err).toContain(`cannot reach etcd at ${endpoint}: check that it runs`);
  });

  it("is waited for no longer than --request-timeout", async () => {
    await server.pause();
    try {
      const { status, err } = await cli.run(["get", "vm", "--request-timeout", "300ms"]);
      expect(status).toBe(1);
      expect(err).toContain("cannot reach etcd");
    } finally {
      server.resume();
    }
  });

  it("is nowhere without a context", async () => {
    const { status, err } = await alone.run(["get", "vm"]);
    expect({ status, err }).toEqual({
      status: 1,
      err: "vmctl: no control plane: run `vmctl up` or pass --endpoints\n",
    });
  });
});

describe("the context file", () => {
  it("is used, and pushed aside by environment and flags", async () => {
    const path = join(folder, "config.yaml");
    const nowhere = `127.0.0.1:${await freePort()}`;
    const contexts = [
      `{name: here, endpoints: ["${server.endpoint}"], root: ${ROOT}, namespace: team}`,
      `{name: gone, endpoints: ["${nowhere}"]}`,
    ];
    await writeFile(path, `current-context: here\ncontexts: [${contexts.join(", ")}]\n`);
    const environment = { VMCTL_CONFIG: path };
    const used = await alone.run(["get", "vm"], { environment });
    expect(used).toMatchObject({ status: 0, out: "", err: "No resources found in team namespace.\n" });
    expect((await alone.run(["get", "vm", "web-1", "-n", "default"], { environment })).status).toBe(0);
    const other = await alone.run(["get", "vm"], { environment: { ...environment, VMCTL_CONTEXT: "gone" } });
    expect(other.err).toContain(nowhere);
    const flag = ["get", "vm", "--context", "here", "-n", "default", "-o", "name"];
    const back = await alone.run(flag, { environment: { ...environment, VMCTL_CONTEXT: "gone" } });
    expect(back.out).toBe("instance/web-1\n");
  });

  it("that cannot be understood is said, with the place", async () => {
    const path = join(folder, "broken.yaml");
    await writeFile(path, "contexts: [{nam: a}]\n");
    const { status, err } = await alone.run(["get", "vm"], { environment: { VMCTL_CONFIG: path } });
    expect(status).toBe(2);
    expect(err).toContain('contexts[0]: unknown field "nam"; did you mean "name"?');
  });
});

describe("objects", () => {
  it("that are missing are said with what was probably meant", async () => {
    const { status, err } = await cli.run(["get", "instance", "web-2"]);
    expect(status).toBe(1);
    expect(err).toBe('vmctl: instance/web-2 not found in namespace default; did you mean "web-1"?\n');
  });

  it("of which none is there are no failure", async () => {
    expect(await cli.run(["get", "images"])).toMatchObject({ status: 0, out: "", err: "No resources found.\n" });
    const json = await cli.run(["get", "images", "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({ kind: "List", items: [] });
  });

  it("that changed since they were read are a conflict: status 3", async () => {
    const yaml = await cli.out("get", "instance", "web-1", "-o", "yaml");
    await cli.out("stop", "instance/web-1");
    const { status, err } = await cli.run(["apply", "-f", "-"], { stdin: yaml });
    expect(status).toBe(3);
    expect(err).toContain("metadata.resourceVersion");
  });

  it("that are nonsense in the store are shown, and cannot steer the terminal", async () => {
    await put("bad", "{nonsense");
    await put("worse", storedInstance("worse", { spec: { hypervisor: "\u001b[31mred" } }));
    const { status, out } = await cli.run(["get", "vm"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^bad /m);
    const text = await cli.out("describe", "vm", "worse");
    expect(text).not.toContain("\u001b");
  });
});

describe("the terminal", () => {
  it("gets no colours and no noise through a pipe that is closed early", async () => {
    const listing = cli.start(["get", "vm", "-w"]);
    await listing.linesFrom(2);
    listing.closeOutput();
    await put("late", storedInstance("late"));
    expect(await listing.ended).toMatchObject({ status: 0, err: "" });
  });

  it("is answered at once by Ctrl-C while waiting: status 130, no words", async () => {
    const wait = cli.start(["get", "vm", "-w"]);
    await wait.linesFrom(1);
    wait.interrupt();
    expect(await wait.ended).toMatchObject({ status: 130, err: "" });
  });

  it("shows help with examples for every command, exit status 0", async () => {
    const help = await alone.out("--help");
    const commands = [...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name ?? "");
    expect(commands).toEqual(expect.arrayContaining(["get", "apply", "delete", "wait", "describe", "stop"]));
    for (const command of ["get", "apply", "wait", "stop", "auth"]) {
      const words = command === "auth" ? ["auth", "check", "--help"] : [command, "--help"];
      expect(await alone.out(...words)).toContain("Examples:");
    }
  });
});

describe("files", () => {
  it("that may not be read, are missing or hold nothing are said by name", async () => {
    const empty = join(folder, "empty.yaml");
    await writeFile(empty, "# nothing\n");
    await chmod(empty, 0o644);
    const { status, err } = await cli.run(["apply", "-f", empty, "-f", "/nonexistent/x.yaml"]);
    expect(status).toBe(1);
    expect(err).toContain(`${empty} holds no manifest`);
    expect(err).toContain("/nonexistent/x.yaml no such file or directory");
  });
});
