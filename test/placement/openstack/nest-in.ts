import type { ProviderState } from "../../../placement/placement.ts";
import type { PlacementServer } from "../../support/placement-server.ts";

/** Puts a provider below another, as an agent of network devices would. */
export async function nestIn(server: PlacementServer, child: ProviderState, parent: string): Promise<void> {
  const { uuid, name, inventories, traits } = child;
  await server.request("POST", "/resource_providers", { name, uuid, parent_provider_uuid: parent });
  for (const trait of traits) await server.request("PUT", `/traits/${trait}`);
  const totals = Object.entries(inventories).map(([name, { total }]) => [name, { total }] as const);
  for (const [path, body] of [
    ["inventories", { resource_provider_generation: 0, inventories: Object.fromEntries(totals) }],
    ["traits", { resource_provider_generation: 1, traits }],
  ] as const) {
    const { status } = await server.request("PUT", `/resource_providers/${uuid}/${path}`, body);
    if (status !== 200) throw new Error(`${path} of ${name}: ${status}`);
  }
}
