import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { OpenstackPlacement } from "../../../placement/openstack/openstack-placement.ts";
import { isPlacementError } from "../../../placement/placement-error.ts";
import { PlacementServer } from "../../support/placement-server.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { aConsumer, anInventory, aProvider, aRequest, candidateOn, uuid } from "../examples.ts";
import { hastyClock } from "../hasty-clock.ts";

describe("a real Placement", () => {
  let server: PlacementServer;
  let proxy: TcpProxy;
  let placement: OpenstackPlacement;
  const open = (options: Partial<Parameters<typeof openOpenstackPlacement>[0]> = {}) =>
    openOpenstackPlacement({ endpoint: server.endpoint, cluster: "test", clock: hastyClock, ...options });

  beforeAll(async () => {
    server = await PlacementServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });
  beforeEach(async () => {
    await server.reset();
    placement = await open();
  });
  afterEach(() => placement.close());

  describe("consumers", () => {
    it("that a failed PUT left behind at generation 0 can be claimed for", async () => {
      await placement.ensureProvider(aProvider(1));
      const body = {
        allocations: { [uuid(99)]: { resources: { VCPU: 1 } } },
        ...{ project_id: "p", user_id: "u", consumer_generation: null, consumer_type: "VMCTL_TEST" },
      };
      expect(await server.request("PUT", `/allocations/${uuid(200)}`, body)).toMatchObject({ status: 400 });
      expect(await server.request("PUT", `/allocations/${uuid(201)}`, { ...body, allocations: {} })).toMatchObject({
        status: 204,
      });
      for (const n of [200, 201]) {
        await placement.claim(aConsumer(n), candidateOn(1));
        expect(await placement.allocation(uuid(n))).toMatchObject({ allocations: candidateOn(1).allocations });
      }
    });

    it("carry the cluster's type, project and user", async () => {
      await placement.ensureProvider(aProvider(1));
      await placement.claim({ uuid: uuid(210), project: "team-a", user: "vmctl" }, candidateOn(1));
      expect((await server.request("GET", `/allocations/${uuid(210)}`)).body).toMatchObject({
        ...{ consumer_type: "VMCTL_TEST", consumer_generation: 1, project_id: "team-a", user_id: "vmctl" },
      });
    });

    it("of others are neither listed nor released", async () => {
      await placement.ensureProvider(aProvider(1));
      const other = await open({ cluster: "other" });
      await other.claim(aConsumer(220), candidateOn(1));
      await placement.claim(aConsumer(221), candidateOn(1));
      expect(await placement.consumersOf(uuid(1))).toEqual([uuid(221)]);
      await expect(placement.release(uuid(220))).rejects.toMatchObject({ code: "Conflict" });
      expect(await other.allocation(uuid(220))).toBeDefined();
      await other.close();
    });

    it("race for the last unit: one wins, the rest are told NoCapacity", async () => {
      await placement.ensureProvider(aProvider(1, { inventories: { VCPU: anInventory(1) } }));
      const claims = [230, 231, 232, 233].map((n) => placement.claim(aConsumer(n), candidateOn(1, { VCPU: 1 })));
      const outcomes = await Promise.allSettled(claims);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "NoCapacity" });
      expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 1 });
    });

    // Some three hundred requests to one process.
    it("never exceed a capacity, and usage is the sum of the allocations, in a random history", {
      timeout: 60_000,
    }, async () => {
      const random = seededRandom(testSeed());
      const pick = (n: number): number => 1 + Math.floor(random() * n);
      for (const n of [1, 2]) await placement.ensureProvider(aProvider(n, { inventories: { VCPU: anInventory(6) } }));
      const consumers = [1, 2, 3, 4, 5].map((n) => aConsumer(240 + n));
      for (let round = 0; round < 8; round++) {
        const acts = consumers.map((consumer) => {
          const candidate = candidateOn(pick(2), { VCPU: pick(3) });
          return pick(3) === 1 ? placement.release(consumer.uuid) : placement.claim(consumer, candidate);
        });
        for (const outcome of await Promise.allSettled(acts))
          if (outcome.status === "rejected" && !isPlacementError(outcome.reason)) throw outcome.reason;
        const held = await Promise.all(consumers.map(({ uuid }) => placement.allocation(uuid)));
        for (const n of [1, 2]) {
          const sum = held.reduce((all, one) => all + (one?.allocations[uuid(n)]?.["VCPU"] ?? 0), 0);
          expect((await placement.provider(uuid(n)))?.used).toEqual({ VCPU: sum });
          expect(sum).toBeLessThanOrEqual(6);
        }
      }
    });
  });

  describe("shared with others", () => {
    it("offers only hosts of this cluster", async () => {
      const other = await open({ cluster: "other" });
      await other.ensureProvider(aProvider(1));
      expect(await placement.candidates(aRequest())).toEqual({ candidates: [], providers: {}, reasons: [] });
      await placement.ensureProvider(aProvider(2));
      expect((await placement.candidates(aRequest())).candidates).toEqual([candidateOn(2)]);
      await other.close();
    });

    it("takes a provider that it made and died before it could mark it", async () => {
      await server.request("POST", "/resource_providers", { uuid: uuid(1), name: "host-1" });
      await placement.ensureProvider(aProvider(1));
      expect((await placement.candidates(aRequest())).candidates).toEqual([candidateOn(1)]);
      await server.request("POST", "/resource_providers", { uuid: uuid(2), name: "host-2" });
      await placement.removeProvider(uuid(2));
      expect((await server.request("GET", `/resource_providers/${uuid(2)}`)).status).toBe(404);
    });

    it("leaves alone what is not vmctl's, and says so", async () => {
      const path = `/resource_providers/${uuid(1)}`;
      await server.request("POST", "/resource_providers", { uuid: uuid(1), name: "nova-1" });
      const traits = { traits: ["COMPUTE_NODE"], resource_provider_generation: 0 };
      expect((await server.request("PUT", `${path}/traits`, traits)).status).toBe(200);
      await expect(placement.ensureProvider(aProvider(1))).rejects.toMatchObject({
        code: "Conflict",
        message: "the uid of host-1 is a provider of something that is not vmctl: it is left alone",
      });
      await expect(placement.ensureProvider(aProvider(2, { name: "nova-1" }))).rejects.toMatchObject({
        code: "Conflict",
        message: expect.stringContaining("of something that is not vmctl: it is left alone; hypervisors that share"),
      });
      await placement.removeProvider(uuid(1));
      expect((await server.request("GET", path)).body).toMatchObject({ name: "nova-1", generation: 1 });
      expect(await placement.ownProviders()).toEqual([]);
    });

    it("says that an earlier hypervisor of this cluster has the name", async () => {
      await placement.ensureProvider(aProvider(1));
      await expect(placement.ensureProvider(aProvider(2, { name: "host-1" }))).rejects.toThrow(
        "which vmctl gc removes",
      );
    });

    it("takes two who ensure the same provider at once", async () => {
      const twin = await open();
      await Promise.all([placement.ensureProvider(aProvider(1)), twin.ensureProvider(aProvider(1))]);
      expect(await placement.provider(uuid(1))).toMatchObject(aProvider(1));
      await twin.close();
    });
  });

  describe("in trouble", () => {
    const impatient = { timeoutMs: 300 };

    it("keeps what was claimed through a restart, and is Unreachable meanwhile", async () => {
      await placement.ensureProvider(aProvider(1));
      await placement.claim(aConsumer(300), candidateOn(1));
      await server.kill();
      await expect(placement.candidates(aRequest())).rejects.toMatchObject({ code: "Unreachable" });
      await server.launch();
      expect(await placement.allocation(uuid(300))).toMatchObject({ generation: 1 });
      await placement.release(uuid(300));
    });

    it("may be away when we start", async () => {
      proxy.suspend();
      const early = await open({ endpoint: proxy.endpoint, ...impatient });
      await expect(early.candidates(aRequest())).rejects.toMatchObject({ code: "Unreachable" });
      proxy.resume();
      await early.ensureProvider(aProvider(1));
      expect((await early.candidates(aRequest())).candidates).toHaveLength(1);
      await early.close();
    });

    it("that hangs is Unreachable after a deadline, and a caller may give up before", async () => {
      const waiting = await open({ endpoint: proxy.endpoint, ...impatient });
      const patient = await open({ endpoint: proxy.endpoint });
      await server.pause();
      try {
        await expect(waiting.allocation(uuid(1))).rejects.toMatchObject({ code: "Unreachable" });
        const giveUp = new AbortController();
        const answer = patient.allocation(uuid(1), giveUp.signal);
        giveUp.abort(new Error("enough"));
        await expect(answer).rejects.toThrow("enough");
        const closing = patient.allocation(uuid(1));
        const [, outcome] = await Promise.allSettled([patient.close(), closing]);
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: "Unreachable" } });
      } finally {
        server.resume();
      }
      await waiting.close();
    });

    it.each([0, 40])("that carried out a claim and lost the reply (cut after %i bytes) has it once", async (bytes) => {
      await placement.ensureProvider(aProvider(1));
      const cut = await open({ endpoint: proxy.endpoint });
      proxy.cutAfter("toClient", bytes);
      await cut.claim(aConsumer(310 + bytes), candidateOn(1));
      expect((await placement.provider(uuid(1)))?.used).toEqual(aRequest().resources);
      proxy.cutAfter("toClient", bytes);
      await cut.release(uuid(310 + bytes));
      expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 0, MEMORY_MB: 0, DISK_GB: 0 });
      await cut.close();
    });

    it("that does not know our token is Unauthorized", async () => {
      const stranger = await open({ token: "" });
      await expect(stranger.candidates(aRequest())).rejects.toMatchObject({ code: "Unauthorized" });
      await stranger.close();
    });

    it("that lost its database serves again once the providers are ensured", async () => {
      await placement.ensureProvider(aProvider(1, { traits: ["CUSTOM_FAST"] }));
      await server.reset();
      expect((await placement.candidates(aRequest())).candidates).toEqual([]);
      await placement.ensureProvider(aProvider(1, { traits: ["CUSTOM_FAST"] }));
      expect((await placement.candidates(aRequest({ required: ["CUSTOM_FAST"] }))).candidates).toHaveLength(1);
    });
  });
});
