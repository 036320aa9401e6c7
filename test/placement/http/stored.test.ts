import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usageKey } from "../../../placement/embedded/keys.ts";
import { ClusterBackend } from "../../../placement/http/stored/cluster-backend.ts";
import { DurableBackend } from "../../../placement/http/stored/durable-backend.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { uuid } from "../examples.ts";
import { claimBody, Served } from "./served.ts";

const never = new AbortController().signal;
const parts = (store: Store) => ({ store, clock: systemClock, log: silentLog });

describe("a Placement in etcd", () => {
  let etcd: EtcdServer;
  beforeAll(async () => {
    etcd = await EtcdServer.start();
  });
  afterAll(() => etcd.stop());

  /** One server on a store, closed by `end`. */
  async function serve(store: Store) {
    const backend = await DurableBackend.open(parts(store), never);
    const served = await Served.start({ backend });
    const end = async () => {
      await served.stop();
      await backend.close();
      expect(served.faults).toEqual([]);
    };
    return { served, backend, end };
  }

  it("is the same after a restart, ids included", async () => {
    const store = await etcd.store();
    const first = await serve(store);
    const { served } = first;
    // Against the order of their names.
    for (const name of ["CUSTOM_Z", "CUSTOM_A"]) {
      await served.must("PUT", `/traits/${name}`);
      await served.must("PUT", `/resource_classes/${name}`);
    }
    await served.provider(uuid(9), { VCPU: { total: 4, allocation_ratio: 0 }, CUSTOM_A: { total: 1 } });
    await served.provider(uuid(2), { VCPU: { total: 4 } }, { parent_provider_uuid: uuid(9) });
    const traits = { traits: ["CUSTOM_A", "CUSTOM_Z"], resource_provider_generation: 1 };
    await served.must("PUT", `/resource_providers/${uuid(9)}/traits`, traits);
    await served.must("PUT", `/allocations/${uuid(20)}`, claimBody({ [uuid(2)]: { resources: { VCPU: 3 } } }));
    const look = async (from: Served) => {
      const paths = [
        "/resource_providers",
        "/traits",
        "/resource_classes",
        `/allocations/${uuid(20)}`,
        "/usages?project_id=p",
      ];
      const more = [`/resource_providers/${uuid(9)}/inventories`, `/resource_providers/${uuid(9)}/traits`];
      return Promise.all([...paths, ...more].map(async (path) => (await from.must("GET", path)).body));
    };
    const before = await look(served);
    await first.end();
    const second = await serve(store);
    expect(await look(second.served)).toEqual(before);
    await second.end();
  });

  it("gives the last unit to exactly one, whichever of two servers is asked", async () => {
    const store = await etcd.store();
    const servers = [await serve(store), await serve(store)] as const;
    for (let round = 1; round <= 8; round++) {
      await servers[0].served.provider(uuid(round), { VCPU: { total: 1 } });
      await eventually(() => servers[1].backend.state.provider(uuid(round))?.record.generation === 1);
      const body = claimBody({ [uuid(round)]: { resources: { VCPU: 1 } } });
      const asked = servers.flatMap(({ served }, i) =>
        [0, 1].map((n) => served.ask("PUT", `/allocations/${uuid(100 * round + 10 * i + n)}`, { body })),
      );
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409, 409]);
      for (const { status, body: said } of answers)
        if (status === 409) expect(said).toMatchObject({ errors: [{ code: "placement.undefined_code" }] });
    }
    for (const { end } of servers) await end();
  });

  it("lets requests of many servers through that do not exclude each other", async () => {
    const store = await etcd.store();
    const servers = [await serve(store), await serve(store), await serve(store)];
    await servers[0]?.served.provider(uuid(1), { VCPU: { total: 100 } });
    for (const { backend } of servers) await eventually(() => backend.state.provider(uuid(1))?.record.generation === 1);
    const body = claimBody({ [uuid(1)]: { resources: { VCPU: 1 } } });
    const asked = servers.flatMap(({ served }, i) =>
      Array.from({ length: 5 }, (_, n) => served.ask("PUT", `/allocations/${uuid(100 + 10 * i + n)}`, { body })),
    );
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(15).fill(204));
    const names = servers.map(({ served }) => served.ask("POST", "/resource_providers", { body: { name: "same" } }));
    expect((await Promise.all(names)).map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    for (const { end } of servers) await end();
  });

  it("says that it is not reached, and goes on once it is", { timeout: 30_000 }, async () => {
    const own = await EtcdServer.start();
    const { served, end } = await serve(await own.store({ requestTimeoutMs: 500 }));
    await served.provider(uuid(1), { VCPU: { total: 1 } });
    await own.pause();
    const refused = await served.ask("POST", "/resource_providers", { body: { name: "other" } });
    expect(refused.status).toBe(503);
    expect((await served.ask("GET", `/resource_providers/${uuid(1)}`)).status).toBe(200);
    own.resume();
    await eventually(async () => {
      const { status } = await served.ask("POST", "/resource_providers", { body: { name: "other" } });
      // The one that was refused may have been written.
      return status === 200 || status === 409;
    });
    await end();
    await own.stop();
  });

  it("leaves a record that cannot be read to whoever mends it", async () => {
    const store = await etcd.store();
    const { served, backend, end } = await serve(store);
    await served.provider(uuid(1), { VCPU: { total: 4 } });
    await store.commit({
      compares: [],
      writes: [{ op: "put", key: usageKey(uuid(1)), value: '{"used":{"VCPU":-1}}' }],
    });
    const body = claimBody({ [uuid(1)]: { resources: { VCPU: 1 } } });
    await eventually(async () =>
      (await served.ask("PUT", `/allocations/${uuid(2)}`, { body })).text.includes("cannot be read"),
    );
    expect(backend.state.consumer(uuid(2))).toBeUndefined();
    await end();
  });

  it("is told when it asks for more than one transaction holds", async () => {
    const { served, end } = await serve(await etcd.store());
    await served.provider(uuid(1), { VCPU: { total: 200 } });
    const consumers = Array.from({ length: 120 }, (_, n) => [
      uuid(100 + n),
      claimBody({ [uuid(1)]: { resources: { VCPU: 1 } } }),
    ]);
    const { status, text } = await served.ask("POST", "/allocations", { body: Object.fromEntries(consumers) });
    expect([status, text]).toEqual([413, expect.stringContaining("too many records")]);
    await end();
  });

  it("moves into no root where something else lives", async () => {
    const store = await etcd.store();
    await store.commit({ compares: [], writes: [{ op: "put", key: "elections/controller", value: "{}" }] });
    await expect(DurableBackend.open(parts(store), never)).rejects.toMatchObject({ code: "NotOurs" });
  });

  it("says at once that there is no etcd", async () => {
    const store = await etcd.store({ endpoints: ["http://127.0.0.1:1"], requestTimeoutMs: 500 });
    for (const open of [DurableBackend.open, ClusterBackend.open])
      await expect(open(parts(store), never)).rejects.toMatchObject({ code: "Unavailable" });
  });

  it("of a cluster is shown as it becomes, and refuses every write", async () => {
    const store = await etcd.store();
    const writer = await serve(store);
    const backend = await ClusterBackend.open(parts(store), never);
    const served = await Served.start({ backend });
    await writer.served.provider(uuid(1), { VCPU: { total: 4 } });
    await eventually(
      async () => (await served.ask("GET", `/resource_providers/${uuid(1)}/inventories`)).status === 200,
    );
    for (const [method, path] of [
      ["POST", "/resource_providers"],
      ["PUT", `/resource_providers/${uuid(1)}`],
      ["DELETE", `/resource_providers/${uuid(1)}`],
      ["PUT", "/traits/CUSTOM_X"],
      ["PUT", `/allocations/${uuid(2)}`],
    ] as const) {
      const { status, body } = await served.ask(method, path, { body: {} });
      expect(status).toBe(403);
      expect(body).toMatchObject({ errors: [{ detail: expect.stringContaining("its controllers keep it") }] });
    }
    expect((await served.ask("PATCH", "/resource_providers")).status).toBe(405);
    await served.stop();
    await backend.close();
    await writer.end();
  });
});
