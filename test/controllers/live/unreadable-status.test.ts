import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredObject } from "../../../resources/meta.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let uid: string;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  await cluster.one();
  await cluster.image();
  uid = await cluster.instance("web-1");
  await cluster.running("web-1");
});
afterEach(() => cluster.stop());

describe("a status that cannot be read", () => {
  it.each(["hypervisors/host-1", "images/tiny", "namespaces/default"])(
    "of %s is told of, left as it is, and written again once it is removed",
    async (place) => {
      const tail = `cluster/${place}`;
      const startedAt = cluster.host().machines.get(uid)?.domain?.startedAt;
      const { metadata } = (await cluster.read<StoredObject>(`spec/${tail}`)) ?? {};
      await cluster.put(`status/${tail}`, "nonsense");
      const told = await eventually(async () => {
        const found = (await cluster.events(metadata?.uid ?? "")).find(({ reason }) => reason === "StatusUnreadable");
        if (!found) throw new Error("no event yet");
        return found;
      });
      expect(told.message).toContain(`status/${tail} cannot be read (is not JSON): nothing is decided about it`);
      expect(told).toMatchObject({ name: place.split("/")[1], count: 1 });
      expect((await cluster.store.get(`status/${tail}`))?.value).toBe("nonsense");
      await cluster.remove(`status/${tail}`);
      await eventually(async () => {
        const record = await cluster.read<StatusRecord>(`status/${tail}`);
        if (record?.uid !== metadata?.uid) throw new Error(JSON.stringify(record ?? null));
      });
      await cluster.instance("web-2");
      await cluster.running("web-2");
      expect(cluster.host().machines.get(uid)?.domain?.startedAt).toBe(startedAt);
    },
  );
});
