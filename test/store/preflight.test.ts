import { describe, expect, test } from "vitest";
import { preflightFindings, rolesAreWalls, type ServerDescription } from "../../store/preflight.ts";
import { putAll } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";

test.each([
  ["3.4.23", false],
  ["3.4.99", false],
  ["3.5.32", false],
  ["3.5.33", true],
  ["3.6.13", false],
  ["3.6.14", true],
  ["3.7.0", false],
  ["3.7.0-rc.1", false],
  ["3.7.1", true],
  ["3.8.0", true],
  ["4.0.0", true],
  ["unknown", false],
])("roles of etcd %s are walls: %s", (version, wanted) => {
  expect(rolesAreWalls(version)).toBe(wanted);
});

const healthy: ServerDescription = {
  endpoint: "http://127.0.0.1:2379",
  version: "3.6.14",
  authentication: "enabled",
  rolesAreWalls: true,
  revision: 100_000,
  dbSizeBytes: 10,
  dbSizeInUseBytes: 5,
  quotaBytes: 100,
  alarms: [],
  everCompacted: true,
  clockOffsetMs: 400,
};
const messages = (difference: Partial<ServerDescription>): string[] =>
  preflightFindings({ ...healthy, ...difference }).map(({ severity, message }) => `${severity}: ${message}`);

test("a healthy server has no findings", () => {
  expect(messages({})).toEqual([]);
});

test("each trouble is told, the worst first", () => {
  expect(
    messages({
      clockOffsetMs: -90_000,
      authentication: "disabled",
      dbSizeBytes: 90,
      alarms: ["NOSPACE"],
      everCompacted: false,
    }),
  ).toEqual([
    expect.stringMatching(/^error: etcd has the alarm NOSPACE/),
    expect.stringMatching(/^warning: etcd uses 90 % of its quota/),
    expect.stringMatching(/^warning: etcd keeps all 100000 revisions/),
    expect.stringMatching(/^warning: etcd's clock is 90 s behind ours/),
    expect.stringMatching(/^info: etcd has no authentication/),
  ]);
});

describe.each([{ tls: false }, { tls: true }])("a real server, TLS $tls", ({ tls }) => {
  test("tells what it is", async () => {
    const server = await EtcdServer.start({ tls, flags: ["--quota-backend-bytes=12345678"] });
    try {
      const credentials = await server.certificates?.credentials("root");
      const store = await server.store({ root: "/vmctl/", ...(credentials ? { credentials } : {}) });
      for (let index = 0; index < 3; index++) await putAll(store, { a: String(index) });
      expect(await store.describeServer()).toMatchObject({
        endpoint: server.endpoint,
        version: expect.stringMatching(/^3\.\d+\.\d+/) as string,
        authentication: "disabled",
        revision: 4,
        alarms: [],
        everCompacted: false,
      });
      const { clockOffsetMs } = await store.describeServer();
      expect(Math.abs(clockOffsetMs ?? Number.NaN)).toBeLessThan(1_500);
      await server.compact();
      await server.enableAuth();
      const identity = credentials ? { credentials } : { username: "root", password: "root-password" };
      const known = await server.store(identity);
      expect(await known.describeServer()).toMatchObject({ authentication: "enabled", everCompacted: true });
      expect(await compactionSeenBy(server, "alive/host-1")).toEqual({ blindly: undefined, there: true });
    } finally {
      await server.stop();
    }
  });
});

/** What somebody who may read one key learns, without and with naming it. */
async function compactionSeenBy(server: EtcdServer, readableKey: string) {
  await server.certificates?.issue("reader");
  await server.addUser("reader", "reader-password", [{ access: "read", prefix: `/vmctl/${readableKey}` }]);
  const credentials = await server.certificates?.credentials("reader");
  const identity = credentials ? { credentials } : { username: "reader", password: "reader-password" };
  const store = await server.store({ root: "/vmctl/", ...identity });
  const [blindly, there] = [await store.describeServer(), await store.describeServer({ readableKey })];
  return { blindly: blindly.everCompacted, there: there.everCompacted };
}
