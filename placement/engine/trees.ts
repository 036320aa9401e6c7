import type { ProviderNode } from "./provider-node.ts";

const NOTHING: readonly ProviderNode[] = [];

/** Providers by a key (root, parent), each group in order of creation. Groups are small: arrays. */
export class Trees {
  readonly #groups = new Map<string, ProviderNode[]>();

  get(key: string): readonly ProviderNode[] {
    return this.#groups.get(key) ?? NOTHING;
  }

  /** How many groups there are. */
  get size(): number {
    return this.#groups.size;
  }

  /** `undefined`: belongs to no group. */
  move(node: ProviderNode, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#remove(before, node);
    if (after !== undefined) this.#add(after, node);
  }

  #remove(key: string, node: ProviderNode): void {
    const rest = this.get(key).filter((other) => other !== node);
    if (rest.length > 0) this.#groups.set(key, rest);
    else this.#groups.delete(key);
  }

  #add(key: string, node: ProviderNode): void {
    const group = [...this.get(key), node];
    this.#groups.set(
      key,
      group.sort((a, b) => a.id - b.id),
    );
  }
}
