import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../placement/openstack/open-openstack-placement.ts";
import type { OpenstackPlacement } from "../../placement/openstack/openstack-placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import { systemClock } from "../../runtime/clock.ts";
import { describePlacement } from "../conformance/placement.ts";
import { aConsumer, anInventory, aProvider, aRequest, candidateOn, uuid } from "../placement/examples.ts";
import { nestIn } from "../placement/openstack/nest-in.ts";
import { type PlacementDatabase, startMariadb, startPostgresql } from "../support/placement-database.ts";
import { PlacementServer } from "../support/placement-server.ts";

// The databases that clouds run Placement on, each with two processes: unlike SQLite they let requests race.

const DATABASES: Readonly<Record<string, () => Promise<PlacementDatabase>>> = {
  PostgreSQL: startPostgresql,
  MariaDB: startMariadb,
};

const HOSTS = Number(process.env["VMCTL_TEST_HOSTS"] ?? 64);
const CLAIMS = 160;

describe.each(Object.entries(DATABASES))("Placement on %s", (name, startDatabase) => {
  const start = async () => {
    const database = await startDatabase();
    try {
      const server = await PlacementServer.start({ connection: database.connection });
      return { server, stop: () => server.stop().then(() => database.stop()) };
    } catch (error) {
      await database.stop();
      throw error;
    }
  };
  const open = (server: PlacementServer, cluster = "test"): Promise<OpenstackPlacement> =>
    openOpenstackPlacement({ endpoint: server.endpoint, cluster, clock: systemClock });

  describePlacement(`OpenStack Placement 8.0 on ${name}`, async () => {
    const { server, stop } = await start();
    return {
      differences: { actsAtOnce: true, shrinksOverCapacity: false },
      open: async () => {
        await server.reset();
        return open(server);
      },
      commit: async (_, part) => part.writes.length === 0,
      nest: (_, child, parent) => nestIn(server, child, parent),
      stop,
    };
  });

  describe("raced for", () => {
    let world: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world?.stop());

    it("never gives more than there is, and ends with everything given", async () => {
      const replicas = await Promise.all([open(world.server), open(world.server)]);
      const [first] = replicas;
      for (const n of [1, 2, 3]) await first?.ensureProvider(aProvider(n, { inventories: { VCPU: anInventory(20) } }));
      const request = { ...aRequest(), resources: { VCPU: 1 } };
      const place = async (placement: OpenstackPlacement, n: number): Promise<boolean> => {
        for (let attempt = 0; attempt < 30; attempt++) {
          const { candidates } = await placement.candidates(request);
          const candidate = candidates[n % candidates.length];
          if (!candidate) return false;
          try {
            await placement.claim(aConsumer(n), candidate);
            return true;
          } catch (error) {
            if (!isPlacementError(error, "NoCapacity") && !isPlacementError(error, "Conflict")) throw error;
          }
        }
        throw new Error(`consumer ${n} found no place, and was not told so`);
      };
      const outcomes = await Promise.all(
        Array.from({ length: 80 }, (_, n) => place(replicas[n % 2] as OpenstackPlacement, 100 + n)),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(60);
      for (const n of [1, 2, 3]) expect((await first?.provider(uuid(n)))?.used).toEqual({ VCPU: 20 });
      await Promise.all(replicas.map((placement) => placement.close()));
    });

    it("takes claims one by one and several in flight; says how fast, beside the server's own closed loop", async () => {
      const placement = await open(world.server, "fast");
      const hosts = Array.from({ length: HOSTS }, (_, n) => 1_000 + n);
      const inventories = { VCPU: anInventory(100) };
      await Promise.all(hosts.map((n) => placement.ensureProvider(aProvider(n, { inventories }))));
      const request = { ...aRequest(), resources: { VCPU: 1 } };
      let next = 10_000;
      const ours = async (): Promise<void> => {
        const n = next++;
        const { candidates } = await placement.candidates(request);
        await placement.claim(aConsumer(n), candidates[n % candidates.length] ?? candidateOn(1));
      };
      const raw = async (): Promise<void> => {
        const n = next++;
        await world.server.request("GET", "/allocation_candidates?resources=VCPU:1&required=CUSTOM_VMCTL_FAST");
        const body = {
          allocations: { [uuid(1_000 + (n % HOSTS))]: { resources: { VCPU: 1 } } },
          ...{ project_id: "p", user_id: "u", consumer_generation: null, consumer_type: "VMCTL_FAST" },
        };
        expect((await world.server.request("PUT", `/allocations/${uuid(n)}`, body)).status).toBe(204);
      };
      const rate = async (claim: () => Promise<void>, inFlight: number): Promise<string> => {
        const startedAt = systemClock.monotonic();
        const worker = async () => {
          for (let i = 0; i < CLAIMS / inFlight; i++) await claim();
        };
        await Promise.all(Array.from({ length: inFlight }, worker));
        return ((CLAIMS * 1_000) / (systemClock.monotonic() - startedAt)).toFixed(1);
      };
      const loop = await rate(raw, 1);
      const [one, eight] = [await rate(ours, 1), await rate(ours, 8)];
      console.log(
        `${name}, ${HOSTS} hosts, claims/s: ${loop} closed loop, ${one} one by one, ${eight} with 8 in flight`,
      );
      await placement.close();
      expect(next).toBe(10_000 + 3 * CLAIMS);
    });
  });
});
