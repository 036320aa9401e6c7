import { beforeEach, describe, expect, it } from "vitest";
import type { PlacementApi } from "../../../placement/openstack/placement-api.ts";
import type { ProviderOwners } from "../../../placement/openstack/provider-owners.ts";
import { ProviderSync } from "../../../placement/openstack/provider-sync.ts";

const UUID = "6f8a3a52-0000-4000-8000-000000000001";
const STATE = { uuid: UUID, name: "host-1", inventories: {}, traits: ["HW_CPU_X86_VMX"], aggregates: [] };

/** One provider on a server, as far as it is asked for. */
let provider: { generation: number; name: string; traits: readonly string[] };
let asked: string[];
let afterTraits = (): void => {};
let sync: ProviderSync;
beforeEach(() => {
  provider = { generation: 7, name: "host-1", traits: STATE.traits };
  asked = [];
  const get = async (path: string) => {
    asked.push(path.replace(`/resource_providers/${UUID}`, "") || "/");
    const { generation, name, traits } = provider;
    const resource_provider_generation = generation;
    if (path.endsWith("/traits")) afterTraits();
    if (path.endsWith("/traits")) return { traits, resource_provider_generation };
    if (path.endsWith("/aggregates")) return { aggregates: [], resource_provider_generation };
    if (path.endsWith("/inventories")) return { inventories: {}, resource_provider_generation };
    return { uuid: UUID, name, generation };
  };
  const send = async (_method: string, path: string, body: { traits: readonly string[] }) => {
    expect(path).toBe(`/resource_providers/${UUID}/traits`);
    provider = { ...provider, traits: body.traits, generation: provider.generation + 1 };
    return { status: 200, body: {} };
  };
  const owners = { refuseForeign: async () => {} } as unknown as ProviderOwners;
  sync = new ProviderSync({ get, send } as unknown as PlacementApi, owners);
});

/** What it asks for when it is to be so once more. */
async function asksOf(state = STATE): Promise<string[]> {
  asked = [];
  await sync.ensure(state);
  return asked;
}
const EVERYTHING = ["/", "/traits", "/aggregates", "/inventories"];

describe("a provider that was found as it should be", () => {
  it("is asked for its generation only, as long as that stands", async () => {
    expect(await asksOf()).toEqual(EVERYTHING);
    expect(await asksOf()).toEqual(["/"]);
    provider = { ...provider, generation: 8 };
    expect(await asksOf()).toEqual(EVERYTHING);
  });

  it("is mended when somebody changed it", async () => {
    await asksOf();
    provider = { ...provider, generation: 8, traits: [] };
    await asksOf();
    expect(provider.traits).toEqual(STATE.traits);
    expect(await asksOf()).toEqual(EVERYTHING);
    expect(await asksOf()).toEqual(["/"]);
  });

  it("is looked at again when another generation was seen in between", async () => {
    await asksOf();
    provider = { ...provider, generation: 1 };
    await asksOf({ ...STATE, traits: ["COMPUTE_STATUS_DISABLED"] });
    provider = { ...provider, generation: 7 };
    await asksOf();
    expect(provider.traits).toEqual(STATE.traits);
  });

  it("is brought to another state though its generation stands", async () => {
    await asksOf();
    await asksOf({ ...STATE, traits: ["COMPUTE_STATUS_DISABLED"] });
    expect(provider.traits).toEqual(["COMPUTE_STATUS_DISABLED"]);
  });

  it("is looked at again when it was changed while it was looked at", async () => {
    afterTraits = () => {
      provider = { ...provider, generation: 9, traits: [] };
      afterTraits = () => {};
    };
    await asksOf();
    await asksOf();
    expect(provider.traits).toEqual(STATE.traits);
  });
});
