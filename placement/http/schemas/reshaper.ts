import type { TSchema } from "typebox";
import { type ConsumerBody, reshapedConsumersSchema } from "./allocation.ts";
import { closed, mapOf, UUID_KEY } from "./closed-object.ts";
import { AllInventories, type AllInventoriesBody } from "./inventory.ts";

export interface ReshapeBody {
  readonly inventories: Readonly<Record<string, AllInventoriesBody>>;
  readonly allocations: Readonly<Record<string, ConsumerBody>>;
}

export const reshapeSchema = (version: number): TSchema =>
  closed({
    inventories: mapOf(UUID_KEY, AllInventories, { minProperties: 1 }),
    allocations: reshapedConsumersSchema(version),
  });
