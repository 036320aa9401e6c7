import { parseStored } from "../../../resources/decode.ts";
import { PREFIX } from "../../../resources/keys.ts";
import type { Decode } from "../../../store/informer-contract.ts";
import { isCustomName } from "../../check-request.ts";
import { allocationKey, providerKey, usageKey } from "../../embedded/keys.ts";
import { decodePlacementRecord, type PlacementRecord } from "../../embedded/records.ts";
import type { RecordChange } from "../../engine/records.ts";

// Below its root a served Placement lies as the one of a cluster does, plus the names that somebody made and one key
// that says what this is.

const NAMES = { class: `${PREFIX.placement}classes/`, trait: `${PREFIX.placement}traits/` } as const;

/** Compared and written by whatever changes providers or names, so that such writes come one after the other. */
export const structureKey = `${PREFIX.placement}structure`;

export type StoredRecord = PlacementRecord | { readonly kind: "class" | "trait"; readonly name: string };

/** Hostile until it passed here, like every record. */
export const decodeStoredRecord: Decode<StoredRecord> = (key, text) => {
  for (const kind of ["class", "trait"] as const) {
    if (!key.startsWith(NAMES[kind])) continue;
    const name = key.slice(NAMES[kind].length);
    const parsed = parseStored(text);
    if ("problem" in parsed) return { ok: false, problem: parsed.problem };
    return isCustomName(name) ? { ok: true, value: { kind, name } } : { ok: false, problem: "not a custom name" };
  }
  return decodePlacementRecord(key, text);
};

export function keyOf(change: RecordChange): string {
  switch (change.kind) {
    case "provider":
      return providerKey(change.uuid);
    case "usage":
      return usageKey(change.provider);
    case "allocation":
      return allocationKey(change.consumer);
    default:
      return NAMES[change.kind] + change.name;
  }
}

/** What the store holds of a change; `undefined`: no such key. */
export function storedText(change: RecordChange): string | undefined {
  if ("present" in change) return change.present ? "{}" : undefined;
  return change.record === undefined ? undefined : JSON.stringify(change.record);
}

/** What a key says once it holds `value`; nothing for keys that are no record. `undefined`: the key is gone. */
export function changeOf(key: string, value: StoredRecord | undefined): RecordChange | undefined {
  const kind = value?.kind ?? kindOf(key);
  const tail = key.slice(key.lastIndexOf("/") + 1);
  const record = value !== undefined && "record" in value ? value.record : undefined;
  switch (kind) {
    case "provider":
      return { kind, uuid: tail, record } as RecordChange;
    case "usage":
      return { kind, provider: tail, record } as RecordChange;
    case "allocation":
      return { kind, consumer: tail, record } as RecordChange;
    case "class":
    case "trait":
      return { kind, name: tail, present: value !== undefined };
    default:
      return undefined;
  }
}

const KINDS: readonly (readonly [string, RecordChange["kind"]])[] = [
  [providerKey(""), "provider"],
  [usageKey(""), "usage"],
  [allocationKey(""), "allocation"],
  [NAMES.class, "class"],
  [NAMES.trait, "trait"],
];
const kindOf = (key: string): RecordChange["kind"] | undefined => KINDS.find(([prefix]) => key.startsWith(prefix))?.[1];
