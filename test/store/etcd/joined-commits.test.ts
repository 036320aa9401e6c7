import { afterAll, beforeAll, expect, it } from "vitest";
import { joinedCommits } from "../../../store/joined-commits.ts";
import type { Store, Transaction } from "../../../store/store.ts";
import { StoreError } from "../../../store/store-error.ts";
import { runStoreConformance } from "../../conformance/store.ts";
import { putAll } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";

let server: EtcdServer;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());

const joinedOf = (store: Store) => joinedCommits(store, { atOnce: 1 });

runStoreConformance({
  makeStore: async () => joinedOf(await server.store()),
  compact: async () => void (await server.compact()),
});

const creating = (key: string, leaseId?: string): Transaction => ({
  compares: [{ key, absent: true }],
  writes: [{ op: "put", key, value: key, ...(leaseId !== undefined && { leaseId }) }],
});

/** A store, and the requests that its commits took. */
async function counted() {
  const requests: string[] = [];
  const inner = await server.store({ onRequest: (rpc) => requests.push(rpc) });
  return { store: joinedOf(inner), inner, requests };
}

it("sends what comes together in one request, at one revision", async () => {
  const { store, inner, requests } = await counted();
  const names = Array.from({ length: 50 }, (_, index) => `k/${index}`);
  const outcomes = await Promise.all(names.map((name) => store.commit(creating(name))));
  expect(requests).toHaveLength(1);
  expect(new Set(outcomes.map(({ kind, revision }) => `${kind} ${revision}`)).size).toBe(1);
  expect((await inner.list(["k/"])).entries.map(({ key }) => key)).toEqual(names.sort());
});

it("sends what comes while another is under way in the next one", async () => {
  const { store, requests } = await counted();
  const first = store.commit(creating("a"));
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, ...["b", "c", "d"].map((key) => store.commit(creating(key)))]);
  expect(requests).toHaveLength(2);
});

it("gives one that is stale its own answer, and the others theirs", async () => {
  const { store, inner, requests } = await counted();
  const taken = await putAll(inner, { "k/2": "taken" });
  requests.length = 0;
  const names = ["k/1", "k/2", "k/3"];
  const outcomes = await Promise.all(names.map((key) => store.commit(creating(key))));
  expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "stale", "committed"]);
  const [, stale] = outcomes;
  const entry = { key: "k/2", value: "taken", createRevision: taken, modRevision: taken };
  expect(stale?.kind === "stale" && [...stale.current]).toEqual([["k/2", entry]]);
  expect(requests).toHaveLength(2);
});

it("lets one that etcd refuses hurt nobody else", async () => {
  const { store, inner } = await counted();
  const lease = await inner.grantLease(30);
  await lease.revoke();
  const commits = [creating("a"), creating("b", lease.id), creating(""), creating("c")];
  const outcomes = await Promise.all(
    commits.map((one) =>
      store.commit(one).then(
        ({ kind }) => kind,
        (error: StoreError) => error.code,
      ),
    ),
  );
  expect(outcomes).toEqual(["committed", "LeaseGone", "Invalid", "committed"]);
  expect((await inner.list([""])).entries.map(({ key }) => key)).toEqual(["a", "c"]);
});

it("keeps the order of transactions on one key", async () => {
  const { store, inner } = await counted();
  const write = (value: string): Transaction => ({ compares: [], writes: [{ op: "put", key: "x", value }] });
  const compare: Transaction = { compares: [{ key: "x", absent: true }], writes: [] };
  const outcomes = await Promise.all([write("1"), compare, write("2"), write("3")].map((one) => store.commit(one)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "stale", "committed", "committed"]);
  expect((await inner.get("x"))?.value).toBe("3");
});

it("tells everybody when nobody knows what became of it", async () => {
  const unknown = new StoreError("UnknownOutcome", "no answer");
  const commit = () => Promise.reject(unknown);
  const store = joinedOf({ commit } as unknown as Store);
  const failures = await Promise.all(["a", "b"].map((key) => store.commit(creating(key)).catch((error) => error)));
  expect(failures).toEqual([unknown, unknown]);
});
