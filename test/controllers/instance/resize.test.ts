import { describe, expect, it } from "vitest";
import { resize } from "../../../controllers/instance/resize.ts";
import type { Allocations, Placement } from "../../../placement/placement.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { emptyPart } from "../../../store/transaction-part.ts";
import { anAssignment, aRecord, BINDING, someFacts, UID } from "../support/facts.ts";

const [HOST, CARD] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];

/** What the instance's growth asks Placement for, of one that holds `allocations`; undefined: nothing. */
async function growth(allocations: Allocations, spec: InstanceSpec): Promise<Allocations | undefined> {
  const asked: Allocations[] = [];
  const placement = {
    allocation: async () => ({ consumer: UID, generation: 1, allocations }),
    resize: async (_consumer: unknown, candidate: { allocations: Allocations }) => {
      asked.push(candidate.allocations);
      return emptyPart;
    },
  } as unknown as Placement;
  const record = aRecord({ binding: BINDING, accepted: { generation: 2, spec } });
  const assigned = anAssignment();
  const plan = { kind: "write", record, writes: [], assigned } as const;
  await resize(placement, someFacts({ record, assigned }), plan, HOST);
  return asked[0];
}

describe("an instance that grows", () => {
  it("takes more from its host", async () => {
    const held = { [HOST]: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 } };
    expect(await growth(held, {})).toBeUndefined();
    expect(await growth(held, { resources: { vcpu: 3 } })).toEqual({ [HOST]: { VCPU: 3, MEMORY_MB: 512, DISK_GB: 2 } });
  });

  it("leaves what its groups took elsewhere where it is", async () => {
    const resourceGroups = [{ name: "card", resources: { CUSTOM_NIC: 1, memory: "256Mi" } }];
    const held = { [HOST]: { VCPU: 1, MEMORY_MB: 256, DISK_GB: 2 }, [CARD]: { CUSTOM_NIC: 1, MEMORY_MB: 256 } };
    expect(await growth(held, { resourceGroups })).toBeUndefined();
    expect(await growth(held, { resourceGroups, resources: { vcpu: 2, memory: "1Gi" } })).toEqual({
      [HOST]: { VCPU: 2, MEMORY_MB: 768, DISK_GB: 2 },
    });
    expect(await growth({ [CARD]: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 } }, {})).toBeUndefined();
  });
});
