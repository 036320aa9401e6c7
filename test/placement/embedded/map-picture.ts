import { planProvider } from "../../../placement/embedded/change-provider.ts";
import { EngineState } from "../../../placement/embedded/engine-state.ts";
import { type Picture, pictureOf } from "../../../placement/embedded/picture.ts";
import { decodePlacementRecord } from "../../../placement/embedded/records.ts";
import type { ProviderState } from "../../../placement/placement.ts";
import type { TransactionPart } from "../../../store/transaction-part.ts";

/** A picture over a map of texts that parts are applied to as the store would: for tests of pure functions. */
export class MapPicture implements Picture {
  readonly #entries = new Map<string, { text: string; modRevision: number }>();
  readonly #kept = new EngineState();
  #revision = 0;

  static of(...providers: readonly ProviderState[]): MapPicture {
    const picture = new MapPicture();
    for (const provider of providers)
      picture.apply(planProvider(picture, provider).part ?? { compares: [], writes: [] });
    return picture;
  }

  put(key: string, text: string): void {
    this.#set(key, { text, modRevision: ++this.#revision });
  }

  get state(): Picture["state"] {
    return this.#kept.state;
  }

  usageOf(...[node]: Parameters<Picture["usageOf"]>): ReturnType<Picture["usageOf"]> {
    return pictureOf(this.#kept).usageOf(node);
  }

  unreadableProviders(): number {
    return this.#kept.unreadableProviders;
  }

  #set(key: string, entry: { text: string; modRevision: number } | undefined): void {
    if (entry) this.#entries.set(key, entry);
    else this.#entries.delete(key);
    this.#kept.set(key, this.slot(key));
  }

  /** False, and nothing happened, when a compare is lost. */
  apply(part: TransactionPart): boolean {
    const holds = part.compares.every((compare) => {
      const modRevision = this.#entries.get(compare.key)?.modRevision ?? 0;
      return modRevision === ("modRevision" in compare ? compare.modRevision : 0);
    });
    if (!holds) return false;
    this.#revision += 1;
    for (const write of part.writes) {
      this.#set(write.key, write.op === "put" ? { text: write.value, modRevision: this.#revision } : undefined);
    }
    return true;
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()].sort();
  }

  slot(key: string): ReturnType<Picture["slot"]> {
    const entry = this.#entries.get(key);
    if (!entry) return { key, value: undefined, modRevision: 0 };
    const decoded = decodePlacementRecord(key, entry.text);
    if (decoded.ok) return { key, value: decoded.value, modRevision: entry.modRevision };
    return { key, value: undefined, modRevision: entry.modRevision, problem: decoded.problem };
  }
}
