import type { Entry } from "../store.ts";
import type { KeySpace } from "./key-space.ts";
import type { KeyValue } from "./wire.ts";

/** `key`: for who has read it before. */
export const entryOf = (keys: KeySpace, kv: KeyValue, key = keys.decode(kv.key)): Entry => ({
  key,
  value: kv.value.toString("utf8"),
  createRevision: Number(kv.create_revision),
  modRevision: Number(kv.mod_revision),
});
