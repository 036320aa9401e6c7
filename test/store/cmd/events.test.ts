import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WordsWorld } from "../../cmd/words-world.ts";
import { putAll } from "../../support/commits.ts";
import { storedInstance } from "../../support/stored-instance.ts";

let world: WordsWorld;
beforeAll(async () => {
  world = await WordsWorld.start();
});
afterAll(() => world?.stop());

const uids = new Map<string, string>();

/** An instance, and an event about it. */
async function happened(name: string, labels: object, eventUid?: string): Promise<void> {
  const uid = randomUUID();
  uids.set(name, uid);
  const object = JSON.parse(storedInstance(name, { uid }));
  const at = "2030-01-02T03:04:05Z";
  const event = {
    ...{ uid: eventUid ?? uid, kind: "Instance", namespace: "default", name, type: "Normal", reason: "Bound" },
    ...{ message: "placed", count: 1, firstTimestamp: at, lastTimestamp: at },
  };
  await putAll(world.store, {
    [`spec/ns/default/instances/${name}`]: JSON.stringify({ ...object, metadata: { ...object.metadata, labels } }),
    [`events/${event.uid}/Bound`]: JSON.stringify(event),
  });
}

const namesOf = (text: string) => [...text.matchAll(/instance\/(\S+)/g)].map(([, name]) => name).sort();

it("are of objects whose labels match, few or many", async () => {
  await happened("web-1", { app: "web" });
  await happened("web-2", { app: "web", tier: "front" });
  await happened("db-1", { app: "db" });
  // An event about one of this name that is gone.
  await happened("web-3", { app: "web" }, randomUUID());
  expect(namesOf(await world.out("events", "-l", "app=web"))).toEqual(["web-1", "web-2"]);
  expect(namesOf(await world.out("events", "-l", "app=web,!tier", "-A"))).toEqual(["web-1"]);
  expect(namesOf(await world.out("events", "--selector", "app", "--for", "instance/db-1"))).toEqual(["db-1"]);
  for (let count = 0; count < 8; count++) await happened(`more-${count}`, {});
  expect(namesOf(await world.out("events", "-l", "app=web"))).toEqual(["web-1", "web-2"]);
  const list = JSON.parse(await world.out("events", "-l", "app=db", "-o", "json"));
  expect(list.items).toMatchObject([{ object: { name: "db-1", uid: uids.get("db-1") } }]);
  expect(await world.run("events", "-l", "app=none")).toMatchObject({
    out: "",
    err: expect.stringContaining("No events"),
  });
  expect(await world.run("events", "-l", "app=")).toMatchObject({ status: 0 });
  expect(await world.run("events", "-l", "app in (web")).toMatchObject({
    status: 2,
    err: expect.stringContaining("column"),
  });
});
