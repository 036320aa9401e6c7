/**
 * How many times of each class a host hands out what it has, where its manifest does not say. 16 is Nova's long-standing
 * default for VCPU; memory and disk are never overcommitted unless asked.
 */
export const DEFAULT_RATIO = { vcpu: 16, memory: 1, disk: 1 } as const;
