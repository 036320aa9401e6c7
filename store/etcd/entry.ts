import type { Entry } from "../store.ts";
import type { KeySpace } from "./key-space.ts";
import type { KeyValue } from "./wire.ts";

export const entryOf = (keys: KeySpace, kv: KeyValue): Entry => ({
  key: keys.decode(kv.key),
  value: kv.value.toString("utf8"),
  createRevision: Number(kv.create_revision),
  modRevision: Number(kv.mod_revision),
});
