import { expect, test } from "vitest";
import { systemClock } from "../../../runtime/clock.ts";
import { openEtcdStore } from "../../../store/etcd/open-store.ts";
import { failureOf } from "../../support/failure-of.ts";

const open = (endpoints: string[], options: { insecure?: boolean } = {}) =>
  openEtcdStore({ endpoints, clock: systemClock, ...options });

test.each([
  ["http://10.0.0.1:2379"],
  ["etcd.example:2379"],
  ["http://127.0.0.1.example:2379"],
  ["http://[2001:db8::1]:2379"],
])("%s is refused without a word that it is meant", async (endpoint) => {
  const failure = await failureOf(open([endpoint]));
  expect(failure.code).toBe("Invalid");
  expect(failure.message).toContain("--insecure-etcd");
  await (await open([endpoint], { insecure: true })).close();
});

test.each([
  ["http://127.0.0.1:2379"],
  ["127.8.0.1:1"],
  ["http://localhost"],
  ["http://[::1]:2379"],
  ["https://etcd:2379/"],
])("%s is taken", async (endpoint) => {
  await (await open([endpoint])).close();
});

test.each([[[]], [["ftp://x:1"]], [["http://a b"]], [["http://127.0.0.1:1", "https://x:1"]]])(
  "%j is no list of endpoints",
  async (endpoints) => {
    expect((await failureOf(open(endpoints))).code).toBe("Invalid");
  },
);

test("a root begins and ends with a slash", async () => {
  const options = { endpoints: ["127.0.0.1:1"], clock: systemClock, root: "vmctl" };
  expect((await failureOf(openEtcdStore(options))).code).toBe("Invalid");
});
