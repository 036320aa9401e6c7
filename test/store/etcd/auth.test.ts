import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EtcdOptions } from "../../../store/etcd/options.ts";
import type { Store } from "../../../store/store.ts";
import { isDenied } from "../../../store/store-error.ts";
import { putAll, WatchRecorder } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { failureOf } from "../../support/failure-of.ts";

describe.each([
  { by: "password", tls: false },
  { by: "client certificate", tls: true },
])("authentication by $by", ({ tls }) => {
  let server: EtcdServer;
  let admin: Store;
  let node: Store;

  async function storeOf(name: string, options: Partial<EtcdOptions> = {}): Promise<Store> {
    const identity = server.certificates
      ? { credentials: await server.certificates.credentials(name) }
      : { username: name, password: `${name}-password` };
    return server.store({ root: "/vmctl/", requestTimeoutMs: 2_000, ...identity, ...options });
  }

  beforeAll(async () => {
    server = await EtcdServer.start({ tls });
    await server.certificates?.issue("host-1");
    await server.certificates?.issue("nobody");
    await server.addUser("host-1", "host-1-password", [
      { access: "read", prefix: "/vmctl/assigned/host-1/" },
      { access: "readwrite", prefix: "/vmctl/observed/host-1/" },
    ]);
    await server.enableAuth("root-password");
    admin = await storeOf("root");
    node = await storeOf("host-1");
  });
  afterAll(() => server.stop());

  test("a role reads, writes and watches its own", async () => {
    await putAll(admin, { "assigned/host-1/instances/a": "1" });
    expect((await node.list(["assigned/host-1/"])).entries).toHaveLength(1);
    const written = await node.commit({
      compares: [{ key: "observed/host-1/host", absent: true }],
      writes: [{ op: "put", key: "observed/host-1/host", value: "1" }],
    });
    expect(written.kind).toBe("committed");
    const recorder = new WatchRecorder(node, ["assigned/host-1/"], written.revision + 1);
    const revision = await putAll(admin, { "assigned/host-1/instances/a": "2" });
    await eventually(() => expect(recorder.lines).toEqual([`${revision}: assigned/host-1/instances/a=2`]));
    await recorder.stop();
  });

  test("beside its role it is Denied, with verb and key", async () => {
    const put = { compares: [], writes: [{ op: "put" as const, key: "assigned/host-1/x", value: "1" }] };
    const failures = await Promise.all([
      failureOf(node.get("spec/x")),
      failureOf(node.list(["assigned/host-2/"])),
      failureOf(node.commit(put)),
    ]);
    expect(failures.map(({ code }) => code)).toEqual(["Denied", "Denied", "Denied"]);
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining("get spec/x"),
      expect.stringContaining("list assigned/host-2/"),
      expect.stringContaining("commit assigned/host-1/x"),
    ]);
  });

  test("a watch beside the role ends as Denied; so does one over two prefixes with something between", async () => {
    for (const prefixes of [["spec/"], ["assigned/host-1/", "observed/host-1/"]]) {
      const recorder = new WatchRecorder(node, prefixes, 1);
      await recorder.ended();
      expect(recorder.error).toSatisfy(isDenied);
      expect(String(recorder.error)).toContain(prefixes.join(", "));
    }
  });

  test("an unknown user is Denied", async () => {
    const nobody = await storeOf("nobody");
    expect((await failureOf(nobody.get("spec/x"))).code).toBe("Denied");
    const recorder = new WatchRecorder(nobody, [""], 1);
    await recorder.ended();
    expect(recorder.error).toSatisfy(isDenied);
    await nobody.close();
  });

  test("etcd restarted: calls go on, watches go on, leases are kept", async () => {
    const from = (await node.list(["assigned/host-1/"])).revision + 1;
    const recorder = new WatchRecorder(node, ["assigned/host-1/"], from);
    const lease = await node.grantLease(5);
    const deadline = lease.deadline();
    const first = await putAll(admin, { "assigned/host-1/a": "1" });
    await eventually(() => recorder.lines.length === 1);
    await server.restart();
    const second = await eventually(() => putAll(admin, { "assigned/host-1/a": "2" }));
    await eventually(() =>
      expect(recorder.lines).toEqual([`${first}: assigned/host-1/a=1`, `${second}: assigned/host-1/a=2`]),
    );
    await eventually(() => lease.deadline() > deadline);
    expect(lease.held()).toBe(true);
    expect(recorder.error).toBeUndefined();
    await recorder.stop();
    await lease.revoke();
  });

  test("many at once authenticate once", async () => {
    const requests: string[] = [];
    const fresh = await storeOf("host-1", { onRequest: (rpc) => requests.push(rpc) });
    await Promise.all(Array.from({ length: 20 }, () => fresh.get("observed/host-1/host")));
    expect(requests.filter((rpc) => rpc === "Auth/authenticate")).toHaveLength(tls ? 0 : 1);
    await fresh.close();
  });
});
