import type { Consumer, FlatRequest, Inventory, ProviderState, Resources } from "../../placement/placement.ts";

/** Uuids that can be told apart in a failure: `uuid(7)` ends in 7. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const anInventory = (total: number, rest: Partial<Inventory> = {}): Inventory => ({
  total,
  reserved: 0,
  minUnit: 1,
  maxUnit: 2_147_483_647,
  stepSize: 1,
  allocationRatio: 1,
  ...rest,
});

/** 4 VCPU, 1024 MEMORY_MB, 20 DISK_GB. */
export const aProvider = (n: number, rest: Partial<ProviderState> = {}): ProviderState => ({
  uuid: uuid(n),
  name: `host-${n}`,
  inventories: { VCPU: anInventory(4), MEMORY_MB: anInventory(1024), DISK_GB: anInventory(20) },
  traits: [],
  aggregates: [],
  ...rest,
});

export const aConsumer = (n: number): Consumer => ({ uuid: uuid(n), project: "default", user: "vmctl" });

/** 1 VCPU, 512 MEMORY_MB, 5 DISK_GB. */
export const aRequest = (rest: Partial<FlatRequest> = {}): FlatRequest => ({
  resources: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 5 },
  required: [],
  forbidden: [],
  ...rest,
});

export const candidateOn = (provider: number, resources: Resources = aRequest().resources) => ({
  provider: uuid(provider),
  allocations: { [uuid(provider)]: resources },
  mappings: { "": [uuid(provider)] },
});
