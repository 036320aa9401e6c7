import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLES } from "../../resources/roles.ts";
import { systemClock } from "../../runtime/clock.ts";
import { ensureSealingKey } from "../../store/ensure-sealing-key.ts";
import type { Store } from "../../store/store.ts";
import { QuickCli } from "../cmd/quick-cli.ts";
import { StandInController } from "../cmd/stand-in-controller.ts";
import { addUsers } from "../support/e2e-etcd.ts";
import { EtcdServer, type Grant } from "../support/etcd.ts";
import type { TestCertificates } from "../support/test-certificates.ts";

const ROOT = "/roles/";
const MANIFEST = `apiVersion: compute.vmctl/v1alpha1
kind: Instance
metadata: {name: web-1}
spec:
  image: {name: tiny}
`;
let server: EtcdServer;
let certificates: TestCertificates;
let store: Store;
let controllers: StandInController;
const started: QuickCli[] = [];

beforeAll(async () => {
  server = await EtcdServer.start({ tls: true });
  if (!server.certificates) throw new Error("the server has no certificates");
  certificates = server.certificates;
  const names = ["admin", "user", "viewer"] as const;
  await addUsers(
    server,
    ROOT,
    names.map((name) => [name, ROLES[name]]),
  );
  await certificates.issue("nobody");
  await server.enableAuth();
  store = await server.store({ root: ROOT, credentials: await certificates.credentials("admin") });
  controllers = new StandInController(store);
});
afterAll(async () => {
  for (const cli of started) await cli.stop();
  await server?.stop();
});

async function user(name: string, grants: readonly Grant[]): Promise<void> {
  await certificates.issue(name);
  await server.addUser(
    name,
    "not-used",
    grants.map(({ access, prefix }) => ({ access, prefix: ROOT + prefix })),
  );
}

function as(user: string): QuickCli {
  const { ca, cert, key } = certificates.files(user);
  const connection = { VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: ROOT };
  const cli = new QuickCli({ ...connection, VMCTL_CACERT: ca, VMCTL_CERT: cert, VMCTL_KEY: key });
  started.push(cli);
  return cli;
}

describe("with authentication on and the least role", () => {
  it("a user applies, follows, waits and deletes", async () => {
    const user = as("user");
    const created = await user.process(["apply", "-f", "-"], { stdin: MANIFEST });
    expect(created).toMatchObject({ status: 0, out: "instance/web-1 created\n", err: "" });
    const watch = user.start(["get", "vm", "-w"]);
    await watch.linesFrom(2);
    const wait = user.start(["wait", "--for=condition=Ready", "vm/web-1"]);
    await controllers.running("web-1");
    expect(await wait.ended).toMatchObject({ status: 0, out: "instance/web-1 condition met\n" });
    expect((await watch.linesFrom(3)).at(-1)).toContain("Running");
    watch.interrupt();
    expect((await watch.ended).status).toBe(130);
    expect(await user.out("delete", "vm", "web-1", "--wait=false")).toContain("deletion requested");
  });

  it("a viewer looks and follows, and is refused with key, verb and what to do", async () => {
    await as("user").run(["apply", "-f", "-"], { stdin: MANIFEST.replace("web-1", "web-2") });
    const viewer = as("viewer");
    expect(await viewer.out("get", "vm", "web-2", "-o", "name")).toBe("instance/web-2\n");
    const watch = viewer.start(["get", "vm", "-w"]);
    await watch.linesFrom(2);
    watch.interrupt();
    expect((await watch.ended).err).toBe("");
    const { status, err } = await viewer.run(["stop", "vm/web-2"]);
    expect(status).toBe(1);
    expect(err).toContain("etcd refuses this user");
    expect(err).toContain("spec/ns/default/instances/web-2");
  });

  it("a user writes secrets and may not read them in clear; an admin may", async () => {
    await ensureSealingKey(store, systemClock);
    const manifest =
      "apiVersion: compute.vmctl/v1alpha1\nkind: Secret\nmetadata: {name: s}\nspec: {data: {a: hunter2}}\n";
    const user = as("user");
    expect((await user.run(["apply", "-f", "-"], { stdin: manifest })).out).toBe("secret/s created\n");
    expect(await user.out("get", "secret", "s", "-o", "yaml")).not.toContain("hunter2");
    const refused = await user.run(["get", "secret", "s", "-o", "yaml", "--show-secrets"]);
    expect(refused).toMatchObject({ status: 1, out: "" });
    expect(refused.err).toContain("vault/");
    expect(await as("admin").out("get", "secret", "s", "-o", "yaml", "--show-secrets")).toContain("a: hunter2");
  });

  it("auth check tells the rights, and which role they make", async () => {
    const text = await as("user").out("auth", "check");
    expect(text).toMatch(/^etcd \S+ at https:\/\/\S+: authentication enabled/);
    expect(text).toMatch(/^spec\/ +yes +yes$/m);
    expect(text).toMatch(/^assigned\/ +no +no$/m);
    expect(text).toContain("This user has every right of: user, viewer.");
    const wrong = await as("viewer").run(["auth", "check", "--role=controller"]);
    expect(wrong.status).toBe(1);
    expect(wrong.err).toMatch(/this user is not controller: missing .*write spec\//);
    expect((await as("admin").run(["auth", "check", "--role=node:host-1"])).status).toBe(0);
  });

  it("auth can-i asks etcd, and names the key and the usual role", async () => {
    await user("team", [
      { access: "readwrite", prefix: "spec/ns/team/" },
      { access: "read", prefix: "status/ns/team/" },
    ]);
    const team = as("team");
    expect(await team.out("auth", "can-i", "create", "instances", "-n", "team")).toBe("yes\n");
    expect(await team.out("auth", "can-i", "get", "vm/web-1", "-n", "team")).toBe("yes\n");
    const elsewhere = await team.run(["auth", "can-i", "delete", "instances"]);
    expect(elsewhere).toMatchObject({ status: 1, out: "no\n" });
    expect(elsewhere.err).toContain("read spec/ns/default/instances/; the role viewer usually may");
    // Its rights to both sides do not cover what lies between, which a watch reads.
    const watch = await team.run(["auth", "can-i", "watch", "vm", "-n", "team"]);
    expect(watch.err).toContain("read everything from spec/ns/team/instances/ to status/ns/team/instances/");
    const viewer = as("viewer");
    expect(await viewer.out("auth", "can-i", "watch", "hypervisors")).toBe("yes\n");
    const stop = await viewer.run(["auth", "can-i", "stop", "vm", "web-2"]);
    expect(stop.err).toContain("write spec/ns/default/instances/web-2; the role user usually may");
    const all = await team.out("auth", "can-i", "--list", "-n", "team");
    expect(all).toMatch(/^In namespace team:\nKIND +VERBS\n/);
    expect(all).toMatch(/^instances +get,list,create,update,patch,delete$/m);
    expect(all).toMatch(/^hypervisors +<none>$/m);
  });

  it("describe, version and cluster-info say what they may not read", async () => {
    const viewer = as("viewer");
    for (const name of ["user", "viewer"]) expect(await as(name).out("version")).toMatch(/^controller +none leads/m);
    await user("objects", [{ access: "read", prefix: "s" }]);
    const barred = /^controller +<not known: this user may not read elections\/controller>$/m;
    for (const word of ["version", "cluster-info"]) expect(await as("objects").out(word)).toMatch(barred);
    expect(await viewer.out("cluster-info")).toMatch(/^placement +<not known: this user may not read placement\/>$/m);
    const applied = await as("admin").run(["apply", "-f", "-", "-n", "team"], {
      stdin: `apiVersion: compute.vmctl/v1alpha1\nkind: Namespace\nmetadata: {name: team}\n---\n${MANIFEST}`,
    });
    expect(applied).toMatchObject({ status: 0, err: "" });
    const text = await as("team").out("describe", "vm", "web-1", "-n", "team");
    expect(text).toMatch(/^Image:\n {2}<etcd does not let this user read it>$/m);
    expect(text).toMatch(/^Events:\n {2}<etcd does not let this user read it>$/m);
  });

  it("a certificate etcd does not know is told what to check", async () => {
    const { status, err } = await as("nobody").run(["get", "vm"]);
    expect(status).toBe(1);
    expect(err).toContain("check --cert and --key");
  });
});
