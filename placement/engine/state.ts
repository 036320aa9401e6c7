import { isStandardClass, isStandardTrait } from "../check-request.ts";
import { NameRegistry } from "./name-registry.ts";
import type { ProviderNode } from "./provider-node.ts";
import {
  type AllocationRecord,
  NO_USAGE,
  type ProviderRecord,
  type RecordChange,
  type UsageRecord,
} from "./records.ts";
import { SetIndex } from "./set-index.ts";
import { Trees } from "./trees.ts";

export const TRAIT_SHARING = "MISC_SHARES_VIA_AGGREGATE";

interface MutableNode extends ProviderNode {
  record: ProviderRecord;
  usage: UsageRecord;
}

/**
 * All that a Placement knows, in memory, with the indexes that queries need. Changes come one record at a time, in any
 * order (a child before its parent, usage before its provider); nothing is judged here: who applies a change has
 * decided that it is right. What is handed out is shared and read-only.
 */
export class PlacementState {
  readonly #nodes = new Map<string, MutableNode>();
  readonly #byName = new SetIndex<ProviderNode>();
  readonly #byClass = new SetIndex<ProviderNode>();
  readonly #byTrait = new SetIndex<ProviderNode>();
  readonly #byAggregate = new SetIndex<ProviderNode>();
  readonly #trees = new Trees();
  readonly #children = new Trees();
  readonly #roots: ProviderNode[] = [];
  /** Also of providers that are not there (yet). */
  readonly #usages = new Map<string, UsageRecord>();
  readonly #consumers = new Map<string, AllocationRecord>();
  readonly #consumersByProvider = new SetIndex<string>();
  readonly #classes = new NameRegistry();
  readonly #traits = new NameRegistry();
  #nextId = 1;

  apply(change: RecordChange): void {
    if (change.kind === "provider") this.#applyProvider(change.uuid, change.record);
    else if (change.kind === "usage") this.#applyUsage(change.provider, change.record);
    else if (change.kind === "allocation") this.#applyAllocation(change.consumer, change.record);
    else (change.kind === "class" ? this.#classes : this.#traits).setMade(change.name, change.present);
  }

  provider(uuid: string): ProviderNode | undefined {
    return this.#nodes.get(uuid);
  }
  /** In order of creation. */
  providers(): Iterable<ProviderNode> {
    return this.#nodes.values();
  }
  /** The first of that name: names are unique where changes are judged. */
  providerNamed(name: string): ProviderNode | undefined {
    return this.#byName.get(name).values().next().value;
  }
  withClass(resourceClass: string): ReadonlySet<ProviderNode> {
    return this.#byClass.get(resourceClass);
  }
  withTrait(trait: string): ReadonlySet<ProviderNode> {
    return this.#byTrait.get(trait);
  }
  inAggregate(uuid: string): ReadonlySet<ProviderNode> {
    return this.#byAggregate.get(uuid);
  }
  sharing(): ReadonlySet<ProviderNode> {
    return this.#byTrait.get(TRAIT_SHARING);
  }
  /** All providers of that root, itself included, in order of creation. */
  tree(root: string): readonly ProviderNode[] {
    return this.#trees.get(root);
  }
  childrenOf(uuid: string): readonly ProviderNode[] {
    return this.#children.get(uuid);
  }

  /** Providers that are their own root, in order of creation. */
  roots(): readonly ProviderNode[] {
    return this.#roots;
  }
  /** Whether any provider has a parent. */
  get hasTrees(): boolean {
    return this.#children.size > 0;
  }

  consumer(uuid: string): AllocationRecord | undefined {
    return this.#consumers.get(uuid);
  }
  consumers(): Iterable<AllocationRecord> {
    return this.#consumers.values();
  }
  /** Uuids of the consumers that hold something of a provider. */
  consumersOf(provider: string): ReadonlySet<string> {
    return this.#consumersByProvider.get(provider);
  }
  /** Their records. */
  allocationsOf(provider: string): readonly AllocationRecord[] {
    return [...this.consumersOf(provider)].flatMap((uuid) => this.#consumers.get(uuid) ?? []);
  }

  customClasses(): Iterable<string> {
    return this.#classes.all();
  }
  customTraits(): Iterable<string> {
    return this.#traits.all();
  }
  knowsClass(name: string): boolean {
    return isStandardClass(name) || this.#classes.has(name);
  }
  knowsTrait(name: string): boolean {
    return isStandardTrait(name) || this.#traits.has(name);
  }

  #applyProvider(uuid: string, record: ProviderRecord | undefined): void {
    const node = this.#nodes.get(uuid);
    if (!record) {
      if (!node) return;
      this.#reindex(node, node.record, undefined);
      this.#nodes.delete(uuid);
    } else if (node) {
      const before = node.record;
      node.record = record;
      this.#reindex(node, before, record);
    } else {
      const created = { id: this.#nextId++, record, usage: this.#usages.get(uuid) ?? NO_USAGE };
      this.#nodes.set(uuid, created);
      this.#reindex(created, undefined, record);
    }
  }

  #reindex(node: ProviderNode, before: ProviderRecord | undefined, after: ProviderRecord | undefined): void {
    const [was, is] = [keysOf(before), keysOf(after)];
    this.#byName.move(node, was.names, is.names);
    this.#byClass.move(node, was.classes, is.classes);
    this.#byTrait.move(node, was.traits, is.traits);
    this.#byAggregate.move(node, was.aggregates, is.aggregates);
    this.#trees.move(node, before?.root, after?.root);
    this.#moveRoot(node, isRoot(before), isRoot(after));
    this.#children.move(node, before?.parent ?? undefined, after?.parent ?? undefined);
    this.#classes.move(was.customClasses, is.customClasses);
    this.#traits.move(was.customTraits, is.customTraits);
  }

  #moveRoot(node: ProviderNode, was: boolean, is: boolean): void {
    if (was === is) return;
    // Ids only grow: mostly the end.
    let at = this.#roots.length;
    while (at > 0 && (this.#roots[at - 1]?.id ?? 0) >= node.id) at--;
    this.#roots.splice(at, is ? 0 : 1, ...(is ? [node] : []));
  }

  #applyUsage(provider: string, record: UsageRecord | undefined): void {
    if (record) this.#usages.set(provider, record);
    else this.#usages.delete(provider);
    const node = this.#nodes.get(provider);
    if (node) node.usage = record ?? NO_USAGE;
  }

  #applyAllocation(consumer: string, record: AllocationRecord | undefined): void {
    const before = this.#consumers.get(consumer);
    if (record) this.#consumers.set(consumer, record);
    else this.#consumers.delete(consumer);
    this.#consumersByProvider.move(
      consumer,
      Object.keys(before?.allocations ?? {}),
      Object.keys(record?.allocations ?? {}),
    );
  }
}

const isRoot = (record: ProviderRecord | undefined): boolean => record !== undefined && record.root === record.uuid;

/** What a provider is found by. */
function keysOf(record: ProviderRecord | undefined) {
  const classes = Object.keys(record?.inventories ?? {});
  const traits = record?.traits ?? [];
  return {
    names: record ? [record.name] : [],
    classes,
    traits,
    aggregates: record?.aggregates ?? [],
    customClasses: classes.filter((name) => !isStandardClass(name)),
    customTraits: traits.filter((name) => !isStandardTrait(name)),
  };
}
