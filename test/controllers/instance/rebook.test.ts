import { expect, it } from "vitest";
import type { InstanceFacts } from "../../../controllers/cluster/instance-facts.ts";
import type { Rebind } from "../../../controllers/instance/plan-lost.ts";
import { rebook } from "../../../controllers/instance/rebook.ts";
import type { Allocations, Candidate, Placement } from "../../../placement/placement.ts";
import { emptyPart } from "../../../store/transaction-part.ts";
import { UID } from "../support/facts.ts";

const ONE = { VCPU: 1 };

/** What becomes of a lost binding to `own`, and what was claimed for it; `other` is another hypervisor's provider. */
async function rebooked(held: Allocations) {
  const claims: Allocations[] = [];
  const placement = {
    needsIntent: false,
    allocation: async () => ({ consumer: UID, generation: 1, allocations: held }),
    claim: async (_consumer: unknown, { allocations }: Candidate) => {
      claims.push(allocations);
      return emptyPart;
    },
  } as unknown as Placement;
  const facts = { namespace: "default" } as InstanceFacts;
  const plan = { kind: "rebind", record: { uid: UID } } as Rebind;
  const found = await rebook({ placement, provider: "own", isHost: (uuid) => uuid !== "card" }, facts, plan);
  return { kind: found.kind, claims };
}

it.each<[string, Allocations]>([
  ["the host alone", { own: ONE }],
  ["the host and what is below it", { own: ONE, card: { VGPU: 1 } }],
])("a binding is rebuilt with what it holds of %s", async (_what, held) => {
  expect(await rebooked(held)).toEqual({ kind: "booked", claims: [held] });
});

it.each<[string, Allocations]>([
  ["another host", { other: ONE }],
  ["another host as well", { own: ONE, other: ONE }],
  ["a provider that may be anybody's", { card: { VGPU: 1 } }],
])("a binding is not rebuilt that holds something of %s", async (_what, held) => {
  expect(await rebooked(held)).toEqual({ kind: "refused", claims: [] });
});
