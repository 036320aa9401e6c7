import { beforeEach, expect, it } from "vitest";
import { type Log, silentLog } from "../../runtime/log.ts";
import { createMetrics, type Metrics } from "../../runtime/metrics.ts";
import type { Informer } from "../../store/informer-contract.ts";
import { Picture } from "../../store/picture.ts";
import { watchMalformed } from "../../store/watch-malformed.ts";

let picture: Picture<string>;
let handlers: Set<(key: string) => void>;
let metrics: Metrics;
let lines: unknown[];
const put = (key: string, value: string, revision: number) => {
  const entry = { key, value, createRevision: 1, modRevision: revision };
  const keys = picture.apply({ revision, changes: [{ type: "put", entry }] });
  for (const changed of keys) for (const handler of handlers) handler(changed);
};
const figures = async () => (await metrics.text()).split("\n").filter((line) => line.startsWith("vmctl_unreadable"));

beforeEach(() => {
  picture = new Picture<string>(
    (_key, text) => (text === "bad" ? { ok: false, problem: "is bad" } : { ok: true, value: text }),
    true,
  );
  handlers = new Set();
  metrics = createMetrics();
  lines = [];
});

const watch = () => {
  const log: Log = { ...silentLog, warn: (fields: unknown) => void lines.push(fields) };
  const informer = {
    malformed: picture.malformed,
    onChange: (handler: (key: string) => void) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
  };
  return watchMalformed(informer as unknown as Informer<unknown>, log, metrics);
};

it("counts what cannot be read, by prefix, and what was there before it", async () => {
  put("status/a", "bad", 2);
  watch();
  put("status/b", "bad", 3);
  put("assigned/h/instances/x", "bad", 4);
  put("status/c", "good", 5);
  expect(await figures()).toEqual([
    'vmctl_unreadable_records{prefix="status"} 2',
    'vmctl_unreadable_records{prefix="assigned"} 1',
  ]);
  put("status/a", "good", 6);
  expect(await figures()).toContain('vmctl_unreadable_records{prefix="status"} 1');
});

it("tells of each text once", () => {
  watch();
  put("status/a", "bad", 2);
  for (const handler of handlers) handler("status/a");
  put("status/a", "bad", 3);
  expect(lines).toEqual([
    { key: "status/a", problem: "is bad" },
    { key: "status/a", problem: "is bad" },
  ]);
});

it("ends", async () => {
  const stop = watch();
  stop();
  put("status/a", "bad", 2);
  expect(lines).toEqual([]);
});
