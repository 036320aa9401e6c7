import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../store/store.ts";
import { isAborted, isCompacted, isInvalid, isLeaseGone, isTooLarge } from "../../store/store-error.ts";
import { putAll, remove, WatchRecorder } from "../support/commits.ts";
import { eventually } from "../support/eventually.ts";

export interface StoreWorld {
  /** An empty store under a root of its own. */
  makeStore(): Promise<Store>;
  /** Discards all history before now. */
  compact(): Promise<void>;
}

/** What every Store promises (store/store.ts), told as states of the world. */
export function runStoreConformance(world: StoreWorld): void {
  let store: Store;
  beforeEach(async () => {
    store = await world.makeStore();
  });
  afterEach(() => store.close());

  const reason = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => expect.fail("should have failed"),
      (error: unknown) => error,
    );

  describe("get", () => {
    test("an absent key is undefined", async () => {
      expect(await store.get("spec/nobody")).toBeUndefined();
    });

    test("an entry carries its text and both revisions", async () => {
      const created = await putAll(store, { "a/x": '{"é":1}' });
      const changed = await putAll(store, { "a/x": '{"é":2}' });
      expect(await store.get("a/x")).toEqual({
        key: "a/x",
        value: '{"é":2}',
        createRevision: created,
        modRevision: changed,
      });
    });

    test("a revision reads the past", async () => {
      const then = await putAll(store, { a: "1" });
      await putAll(store, { a: "2" });
      expect((await store.get("a", { revision: then }))?.value).toBe("1");
    });

    test("a compacted revision fails as Compacted, one that does not exist yet as Invalid", async () => {
      const then = await putAll(store, { a: "1" });
      await putAll(store, { a: "2" });
      await world.compact();
      expect(await reason(store.get("a", { revision: then }))).toSatisfy(isCompacted);
      expect(await reason(store.get("a", { revision: then + 1_000_000 }))).toSatisfy(isInvalid);
    });

    test("a key is relative and not empty", async () => {
      expect(await reason(store.get(""))).toSatisfy(isInvalid);
      expect(await reason(store.get("/spec/x"))).toSatisfy(isInvalid);
    });

    test("an aborted signal fails as Aborted", async () => {
      expect(await reason(store.get("a", { signal: AbortSignal.abort() }))).toSatisfy(isAborted);
    });
  });

  describe("list", () => {
    test("holds each prefix in key order, once, and nothing beside it", async () => {
      await putAll(store, { "b/2": "2", "b/1": "1", "a/1": "3", a0: "no", "c/1": "no", b: "no" });
      const { entries } = await store.list(["b/", "a/", "b/1"]);
      expect(entries.map(({ key, value }) => `${key}=${value}`)).toEqual(["b/1=1", "b/2=2", "a/1=3"]);
    });

    test("the empty prefix is everything of ours", async () => {
      await putAll(store, { "b/2": "2", a: "1" });
      expect((await store.list([""])).entries.map(({ key }) => key)).toEqual(["a", "b/2"]);
    });

    test("carries the revision it was read at, also when empty", async () => {
      const revision = await putAll(store, { "a/1": "1" });
      expect((await store.list(["a/"])).revision).toBeGreaterThanOrEqual(revision);
      expect((await store.list(["none/"])).revision).toBeGreaterThanOrEqual(revision);
    });

    test("all pages of all prefixes are of one revision while others write", async () => {
      const many = async (round: string): Promise<void> => {
        for (let page = 0; page < 13; page++) {
          const names = Array.from({ length: 90 }, (_, index) => `${"ab"[index % 2]}/${page}-${index}`);
          await putAll(store, Object.fromEntries(names.map((name) => [name, round])));
        }
      };
      await many("0");
      const writing = many("1");
      const { entries, revision } = await store.list(["a/", "b/"]);
      await writing;
      expect(entries).toHaveLength(13 * 90);
      expect(Math.max(...entries.map(({ modRevision }) => modRevision))).toBeLessThanOrEqual(revision);
      const again = await store.list(["a/", "b/"], { revision });
      expect(again.entries).toEqual(entries);
    });
  });

  describe("commit", () => {
    test("writes all or nothing", async () => {
      await putAll(store, { taken: "1" });
      const outcome = await store.commit({
        compares: [{ key: "taken", absent: true }],
        writes: [{ op: "put", key: "other", value: "1" }],
      });
      expect(outcome.kind).toBe("stale");
      expect(await store.get("other")).toBeUndefined();
    });

    test("stale tells what stands under each compared key", async () => {
      const revision = await putAll(store, { x: "1", y: "2" });
      const outcome = await store.commit({
        compares: [
          { key: "x", modRevision: revision },
          { key: "y", modRevision: revision - 1 },
          { key: "z", absent: true },
        ],
        writes: [{ op: "put", key: "x", value: "3" }],
      });
      expect(outcome).toMatchObject({ kind: "stale", revision });
      const current = outcome.kind === "stale" ? outcome.current : new Map();
      expect([...current.keys()]).toEqual(["x", "y", "z"]);
      expect(current.get("y")).toEqual({ key: "y", value: "2", createRevision: revision, modRevision: revision });
      expect(current.get("z")).toBeUndefined();
    });

    test("compares by absence, modification and creation", async () => {
      const created = await putAll(store, { x: "1" });
      const changed = await putAll(store, { x: "2" });
      const kind = async (...compares: Parameters<Store["commit"]>[0]["compares"]): Promise<string> =>
        (await store.commit({ compares, writes: [] })).kind;
      expect(await kind({ key: "x", createRevision: created }, { key: "x", modRevision: changed })).toBe("committed");
      expect(await kind({ key: "x", createRevision: changed })).toBe("stale");
      expect(await kind({ key: "x", modRevision: created })).toBe("stale");
      expect(await kind({ key: "x", absent: true })).toBe("stale");
      expect(await kind({ key: "y", absent: true })).toBe("committed");
    });

    test("compares that nothing under a prefix is newer, and tells what is", async () => {
      await putAll(store, { "hosts/b": "1" });
      const seen = await putAll(store, { "hosts/a": "1" });
      const changed = await putAll(store, { "hosts/b": "2" });
      await putAll(store, { hosts: "not under it", hosts0: "nor this" });
      const commit = (noneAfter: number) => store.commit({ compares: [{ key: "hosts/", noneAfter }], writes: [] });
      const stale = await commit(seen);
      expect(stale.kind === "stale" && [...stale.current]).toEqual([
        ["hosts/", expect.objectContaining({ key: "hosts/b", modRevision: changed })],
      ]);
      expect(await commit(changed)).toMatchObject({ kind: "committed" });
      const nobody = await store.commit({ compares: [{ key: "nobody/", noneAfter: 0 }], writes: [] });
      expect(nobody.kind).toBe("committed");
    });

    test("deletes under the same compares", async () => {
      const revision = await putAll(store, { x: "1" });
      await store.commit({ compares: [{ key: "x", modRevision: revision }], writes: [{ op: "delete", key: "x" }] });
      expect(await store.get("x")).toBeUndefined();
    });

    test("of many creators of one key one wins", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.commit({
            compares: [{ key: "x", absent: true }],
            writes: [{ op: "put", key: "x", value: String(index) }],
          }),
        ),
      );
      expect(outcomes.filter(({ kind }) => kind === "committed")).toHaveLength(1);
    });

    test("takes 96 operations a list, refuses 97 and anything over 512 KiB, writing nothing", async () => {
      const writes = (count: number, value = "1") =>
        Array.from({ length: count }, (_, index) => ({ op: "put" as const, key: `w/${index}`, value }));
      const compares = (count: number) =>
        Array.from({ length: count }, (_, index) => ({ key: `w/${index}`, absent: true as const }));
      expect(await reason(store.commit({ compares: [], writes: writes(97) }))).toSatisfy(isTooLarge);
      expect(await reason(store.commit({ compares: compares(97), writes: [] }))).toSatisfy(isTooLarge);
      const half = "v".repeat(256 * 1024);
      expect(await reason(store.commit({ compares: [], writes: writes(2, half) }))).toSatisfy(isTooLarge);
      expect((await store.list(["w/"])).entries).toEqual([]);
      expect((await store.commit({ compares: compares(96), writes: writes(96) })).kind).toBe("committed");
      expect((await store.commit({ compares: compares(96), writes: [] })).kind).toBe("stale");
    });

    test("a key twice is a bug, told before anything is sent", async () => {
      const write = { op: "put" as const, key: "x", value: "1" };
      expect(await reason(store.commit({ compares: [], writes: [write, write] }))).toSatisfy(isInvalid);
    });
  });

  describe("watch", () => {
    const recorders: WatchRecorder[] = [];
    const watch = (prefixes: readonly string[], from: number): WatchRecorder => {
      const recorder = new WatchRecorder(store, prefixes, from);
      recorders.push(recorder);
      return recorder;
    };
    afterEach(async () => {
      for (const recorder of recorders.splice(0)) await recorder.stop();
    });

    test("begins with history, goes on with what comes, one batch a revision", async () => {
      const first = await putAll(store, { "a/1": "1", "b/1": "1", "n/1": "no" });
      const second = await remove(store, "a/1", "n/1");
      const recorder = watch(["a/", "b/"], first);
      await eventually(() => recorder.lines.length === 2);
      const third = await putAll(store, { "b/1": "2", "a/1": "3" });
      const lines = [`${first}: a/1=1 b/1=1`, `${second}: -a/1`, `${third}: a/1=3 b/1=2`];
      await eventually(() => expect(recorder.lines.map(sortedWords)).toEqual(lines));
      expect(recorder.error).toBeUndefined();
    });

    test("prefixes far apart keep the order of revisions", async () => {
      const from = (await store.list([""])).revision + 1;
      const recorder = watch(["a/", "z/"], from);
      const expected: string[] = [];
      for (let index = 0; index < 100; index++) {
        const key = index % 3 === 0 ? "a/x" : index % 3 === 1 ? "m/x" : "z/x";
        const revision = await putAll(store, { [key]: String(index) });
        if (key !== "m/x") expected.push(`${revision}: ${key}=${index}`);
      }
      await eventually(() => expect(recorder.lines).toEqual(expected));
    });

    test("from a compacted revision it fails as Compacted", async () => {
      const from = await putAll(store, { a: "1" });
      await putAll(store, { a: "2" });
      await putAll(store, { a: "3" });
      await world.compact();
      const recorder = watch([""], from);
      await recorder.ended();
      expect(recorder.error).toSatisfy(isCompacted);
    });

    test("its signal ends it as Aborted", async () => {
      const recorder = watch([""], (await store.list([""])).revision + 1);
      await eventually(() => recorder.connected);
      await recorder.stop();
      expect(recorder.error).toSatisfy(isAborted);
    });

    test("closing the store ends it as Aborted", async () => {
      const recorder = watch([""], (await store.list([""])).revision + 1);
      await eventually(() => recorder.connected);
      await store.close();
      await recorder.ended();
      expect(recorder.error).toSatisfy(isAborted);
    });
  });

  describe("lease", () => {
    test("revoking takes its keys away, and is not undone", async () => {
      const lease = await store.grantLease(30);
      await store.commit({ compares: [], writes: [{ op: "put", key: "alive/x", value: "1", leaseId: lease.id }] });
      expect(lease.held()).toBe(true);
      await lease.revoke();
      expect(lease.held()).toBe(false);
      expect(lease.lost.aborted).toBe(true);
      await eventually(async () => expect(await store.get("alive/x")).toBeUndefined());
    });

    test("a put on a lease that ended fails as LeaseGone", async () => {
      const lease = await store.grantLease(30);
      await lease.revoke();
      const put = { op: "put" as const, key: "alive/x", value: "1", leaseId: lease.id };
      expect(await reason(store.commit({ compares: [], writes: [put] }))).toSatisfy(isLeaseGone);
      expect(await store.get("alive/x")).toBeUndefined();
    });

    test("a closed store gives its leases up", async () => {
      const lease = await store.grantLease(30);
      await store.close();
      expect(lease.held()).toBe(false);
    });
  });

  test("a closed store fails every call as Aborted, and closes twice", async () => {
    await store.close();
    await store.close();
    expect(await reason(store.get("a"))).toSatisfy(isAborted);
    expect(await reason(store.commit({ compares: [], writes: [] }))).toSatisfy(isAborted);
  });
}

/** Changes of one revision come in no promised order. */
const sortedWords = (line: string): string => {
  const [revision, ...changes] = line.split(" ");
  return [revision, ...changes.sort()].join(" ");
};
