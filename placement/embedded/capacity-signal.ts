import type { Informer } from "../../store/informer-contract.ts";
import { recordKindOf } from "./keys.ts";
import type { PlacementRecord } from "./records.ts";

type Used = Readonly<Record<string, number>>;

/**
 * Tells when room may have appeared: a provider came or changed, or a usage went down in some class. A claim is
 * silent, so that those who wait for room are not woken by those who take it.
 */
export class CapacitySignal {
  readonly #informer: Informer<PlacementRecord>;
  readonly #listeners = new Set<() => void>();
  /** Usage as it was when last looked at. */
  readonly #seen = new Map<string, Used>();
  readonly #unsubscribe: () => void;

  constructor(informer: Informer<PlacementRecord>) {
    this.#informer = informer;
    for (const { key } of informer.entries()) if (recordKindOf(key) === "usage") this.#seen.set(key, this.#usedOf(key));
    this.#unsubscribe = informer.onChange((key) => this.#look(key));
  }

  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #look(key: string): void {
    const kind = recordKindOf(key);
    const more = kind === "provider" || (kind === "usage" && this.#wentDown(key));
    if (more) for (const listener of this.#listeners) listener();
  }

  #wentDown(key: string): boolean {
    const before = this.#seen.get(key) ?? {};
    const now = this.#usedOf(key);
    this.#seen.set(key, now);
    return Object.entries(before).some(([name, amount]) => (now[name] ?? 0) < amount);
  }

  #usedOf(key: string): Used {
    const value = this.#informer.get(key)?.value;
    return value?.kind === "usage" ? value.record.used : {};
  }
}
