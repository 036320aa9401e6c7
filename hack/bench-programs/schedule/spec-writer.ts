import type { Store } from "../../../store/store.ts";
import { imageObject, instanceObject, type SpecObject } from "../objects.ts";

const WRITERS = 32;

/** With a checksum, so that no host has to tell one first. */
export async function putImage(store: Store): Promise<void> {
  const { key, value } = imageObject("/images/tiny.qcow2", `sha256:${"0".repeat(64)}`);
  await store.commit({ compares: [], writes: [{ op: "put", key, value }] });
}

/** As `vmctl apply` writes a new object: one transaction that compares its absence. */
export async function putSpec(store: Store, { key, value }: SpecObject): Promise<void> {
  await store.commit({ compares: [{ key, absent: true }], writes: [{ op: "put", key, value }] });
}

/** So many instances, named by `prefix` and number, by several writers at a time. */
export async function putSpecs(store: Store, prefix: string, count: number): Promise<void> {
  let next = 0;
  const write = async (): Promise<void> => {
    while (next < count) await putSpec(store, instanceObject(`${prefix}-${next++}`));
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}
