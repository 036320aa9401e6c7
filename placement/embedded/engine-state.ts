import type { RecordChange } from "../engine/records.ts";
import { PlacementState } from "../engine/state.ts";
import { recordKindOf, uuidOf } from "./keys.ts";
import type { PlacementRecord } from "./records.ts";

/** What stands under a key now. */
export interface Found {
  readonly value: PlacementRecord | undefined;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** The engine's state, kept key by key, and what of it cannot be believed. */
export class EngineState {
  readonly state = new PlacementState();
  readonly #unreadableProviders = new Set<string>();
  readonly #unreadableUsage = new Set<string>();

  get unreadableProviders(): number {
    return this.#unreadableProviders.size;
  }

  isUsageReadable(provider: string): boolean {
    return !this.#unreadableUsage.has(provider);
  }

  /** An unreadable record counts as gone. */
  set(key: string, found: Found): void {
    const kind = recordKindOf(key);
    if (kind === "other") return;
    const uuid = uuidOf(key);
    if (kind === "provider") mark(this.#unreadableProviders, uuid, found);
    if (kind === "usage") mark(this.#unreadableUsage, uuid, found);
    this.state.apply(changeOf(kind, uuid, found.value));
  }
}

function mark(unreadable: Set<string>, uuid: string, { problem }: Found): void {
  if (problem === undefined) unreadable.delete(uuid);
  else unreadable.add(uuid);
}

type Kind = "provider" | "usage" | "allocation";

function changeOf(kind: Kind, uuid: string, value: PlacementRecord | undefined): RecordChange {
  if (value?.kind === "provider") return { kind: "provider", uuid, record: value.record };
  if (value?.kind === "usage") return { kind: "usage", provider: uuid, record: value.record };
  if (value?.kind === "allocation") return { kind: "allocation", consumer: uuid, record: value.record };
  if (kind === "provider") return { kind, uuid, record: undefined };
  return kind === "usage" ? { kind, provider: uuid, record: undefined } : { kind, consumer: uuid, record: undefined };
}
