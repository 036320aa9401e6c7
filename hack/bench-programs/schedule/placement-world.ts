import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { ProviderState } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { startPostgresql } from "../../../test/support/placement-database.ts";
import { PlacementServer } from "../../../test/support/placement-server.ts";

/** A real Placement on PostgreSQL, two workers. */
export interface PlacementWorld {
  readonly server: PlacementServer;
  stop(): Promise<void>;
}

export async function startPlacementWorld(): Promise<PlacementWorld> {
  const database = await startPostgresql();
  try {
    const server = await PlacementServer.start({ connection: database.connection });
    return { server, stop: () => server.stop().then(() => database.stop()) };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

const AT_ONCE = 8;

/** What the server holds afterwards is what a cluster named `cluster` would have put there. */
export async function furnish(
  { server }: PlacementWorld,
  providers: readonly ProviderState[],
  cluster: string,
): Promise<void> {
  const placement = await openOpenstackPlacement({ endpoint: server.endpoint, cluster, clock: systemClock });
  try {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let at = next++; at < providers.length; at = next++) {
        const provider = providers[at];
        if (provider) await placement.ensureProvider(provider);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await placement.close();
  }
}

interface CandidatesAnswer {
  readonly allocation_requests: readonly { readonly allocations: object }[];
}

/** One client's whole turn: candidates, then the claim of one of them for a new consumer. */
export async function claimAtServer(server: PlacementServer, path: string, consumer: string): Promise<void> {
  const { body } = await server.request("GET", path);
  const found = (body as CandidatesAnswer).allocation_requests;
  const chosen = found[Math.floor(Math.random() * found.length)];
  const claim = {
    ...{ allocations: chosen?.allocations, project_id: "p", user_id: "u" },
    ...{ consumer_generation: null, consumer_type: "BENCH" },
  };
  const { status } = await server.request("PUT", `/allocations/${consumer}`, claim);
  // 409: somebody else took the same host at the same moment. It was served, and does not count.
  if (status !== 204 && status !== 409) throw new Error(`PUT /allocations answered ${status}`);
}
