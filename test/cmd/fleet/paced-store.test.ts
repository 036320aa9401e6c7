import { expect, it } from "vitest";
import { pacedStore } from "../../../cmd/fleet/paced-store.ts";
import type { Entry, Store } from "../../../store/store.ts";

/** A store whose reads end when they are told to. */
function slowStore() {
  const open: { readonly key: string; readonly end: (error?: Error) => void }[] = [];
  const get = (key: string) =>
    new Promise<Entry | undefined>((resolve, reject) => {
      open.push({ key, end: (error) => (error ? reject(error) : resolve(undefined)) });
    });
  return { open, store: { get } as unknown as Store };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets so many requests through at once, the others in their order, also past one that fails", async () => {
  const { open, store } = slowStore();
  const paced = pacedStore(store, 2);
  const all = ["a", "b", "c", "d"].map((key) => paced.get(key).catch((error: Error) => error.message));
  await settled();
  expect(open.map(({ key }) => key)).toEqual(["a", "b"]);
  open[1]?.end(new Error("lost"));
  await settled();
  expect(open.map(({ key }) => key)).toEqual(["a", "b", "c"]);
  open[0]?.end();
  open[2]?.end();
  await settled();
  open[3]?.end();
  expect(await Promise.all(all)).toEqual([undefined, "lost", undefined, undefined]);
  const later = ["e", "f", "g"].map((key) => paced.get(key));
  await settled();
  expect(open).toHaveLength(6);
  for (const { end } of open) end();
  await settled();
  open[6]?.end();
  await Promise.all(later);
});
