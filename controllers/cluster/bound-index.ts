import { type AffinityTerm, isAffinityTerm, isRequired } from "../../resources/affinity.ts";
import type { Machine } from "../../resources/assignment.ts";
import type { ResourceRequest } from "../../resources/group-request.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import { isSameJson } from "../../resources/is-same-json.ts";
import { assignedInstanceKey, objectTail, parseTail, statusKey } from "../../resources/keys.ts";
import type { LabelValues } from "../../resources/label-selector.ts";
import { resourceRequest, sizeInClasses } from "../../resources/resource-request.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import type { AcceptedSpec, StatusRecord } from "../../resources/status-record.ts";
import type { Cached, Informer } from "../../store/informer-contract.ts";
import type { ClusterRecord } from "./cluster-record.ts";

/** An instance that has a host. */
export interface BoundInstance {
  readonly tail: string;
  readonly namespace: string;
  readonly labels: LabelValues;
  readonly host: string;
  readonly request: ResourceRequest;
  /** Required ones: they keep others away. */
  readonly antiAffinity: readonly AffinityTerm[];
  /** Equal: nothing of the above can be another. */
  readonly version: string;
}

/**
 * Undefined: it has no host. What was accepted counts, not what the spec says by now, and of its size what the host was
 * told: a growth that found no room is accepted and not given.
 */
export function boundInstance(tail: string, record: StatusRecord, told?: Machine): BoundInstance | undefined {
  const { binding, accepted } = record;
  if (!binding || !accepted) return undefined;
  const { request, antiAffinity } = demands(accepted);
  return {
    tail,
    namespace: parseTail(tail)?.namespace ?? "",
    labels: accepted.labels ?? NO_LABELS,
    host: binding.hypervisor,
    request: told ? { ...request, ...sizeInClasses(told) } : request,
    antiAffinity,
    version: versionOf(record, told),
  };
}
const NO_LABELS: LabelValues = {};

/** Labels change without a new generation. */
function versionOf({ uid, binding, accepted }: StatusRecord, told: Machine | undefined): string {
  const size = told && [told.vcpu, told.memory, told.disk];
  const labels = accepted?.labels && JSON.stringify(accepted.labels);
  const said = [accepted?.generation, accepted?.flavor?.revision, labels];
  return [uid, binding?.hypervisor, binding?.boundAt, ...said, size].join("/");
}

/** What somebody damaged in the store demands nothing: one such number would spoil the sums of all (S8). */
function demands(accepted: AcceptedSpec): Pick<BoundInstance, "request" | "antiAffinity"> {
  const spec = specInForce(accepted);
  return { request: requestOf(spec), antiAffinity: termsOf(spec).filter(isRequired) };
}

function requestOf(spec: InstanceSpec): ResourceRequest {
  try {
    const amounts = Object.entries(resourceRequest(spec));
    return Object.fromEntries(amounts.filter(([, amount]) => Number.isSafeInteger(amount) && amount > 0));
  } catch {
    return {};
  }
}

function termsOf(spec: InstanceSpec | null): readonly AffinityTerm[] {
  const terms: unknown = spec?.antiAffinity ?? NO_TERMS;
  return Array.isArray(terms) ? terms.filter(isAffinityTerm) : NO_TERMS;
}
const NO_TERMS: readonly AffinityTerm[] = [];

/** What is known of the bound instances of one namespace. */
class NamespaceBounds {
  readonly byTail = new Map<string, BoundInstance>();
  readonly withTerms = new Set<BoundInstance>();
  readonly #byLabel = new Map<string, Set<BoundInstance>>();
  readonly used: Record<string, number> = {};

  add(bound: BoundInstance): void {
    this.byTail.set(bound.tail, bound);
    if (bound.antiAffinity.length > 0) this.withTerms.add(bound);
    for (const [key, value] of Object.entries(bound.labels)) {
      const label = `${key}=${value}`;
      const set = this.#byLabel.get(label);
      if (set) set.add(bound);
      else this.#byLabel.set(label, new Set([bound]));
    }
    for (const [name, amount] of Object.entries(bound.request)) this.used[name] = (this.used[name] ?? 0) + amount;
  }

  remove(bound: BoundInstance): void {
    this.byTail.delete(bound.tail);
    this.withTerms.delete(bound);
    for (const [key, value] of Object.entries(bound.labels)) {
      const set = this.#byLabel.get(`${key}=${value}`);
      set?.delete(bound);
      if (set?.size === 0) this.#byLabel.delete(`${key}=${value}`);
    }
    for (const [name, amount] of Object.entries(bound.request)) this.used[name] = (this.used[name] ?? 0) - amount;
  }

  withLabel(key: string, value: string): ReadonlySet<BoundInstance> {
    return this.#byLabel.get(`${key}=${value}`) ?? NOBODY;
  }
}
const NOBODY: ReadonlySet<BoundInstance> = new Set();

/** Who has a host, by namespace. Follows the informer, which must be ready. */
export class BoundIndex {
  readonly #informer: Informer<ClusterRecord>;
  readonly #namespaces = new Map<string, NamespaceBounds>();
  readonly #bounds = new Map<string, BoundInstance>();
  readonly #handlers = new Set<() => void>();

  constructor(informer: Informer<ClusterRecord>) {
    this.#informer = informer;
    for (const { key } of informer.entries("status/ns/")) this.#changed(key);
    informer.onChange((key) => this.#changed(key));
  }

  /** Told when one that keeps its host has other labels: it may be who others want near, or no longer who keeps them away. */
  onRelabelled(handler: () => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  get(tail: string): BoundInstance | undefined {
    return this.#bounds.get(tail);
  }

  /** Everybody of a namespace. */
  in(namespace: string): Iterable<BoundInstance> {
    return this.#namespaces.get(namespace)?.byTail.values() ?? NOBODY;
  }

  withLabel(namespace: string, [key, value]: readonly [string, string]): Iterable<BoundInstance> {
    return this.#namespaces.get(namespace)?.withLabel(key, value) ?? NOBODY;
  }

  /** Those that keep others away. */
  withTerms(namespace: string): Iterable<BoundInstance> {
    return this.#namespaces.get(namespace)?.withTerms ?? NOBODY;
  }

  /** What they take together, by resource class. */
  used(namespace: string): ResourceRequest {
    return this.#namespaces.get(namespace)?.used ?? {};
  }

  #changed(key: string): void {
    const record = ASSIGNED.test(key) ? this.#informer.get(key)?.value : undefined;
    if (key.startsWith("status/ns/")) this.#update(key.slice(statusKey("").length));
    else if (record?.type === "assignedInstance")
      this.#update(objectTail(Instance, record.value.namespace, record.value.name));
  }

  #update(tail: string): void {
    const record = boundRecord(this.#informer.get(statusKey(tail)));
    const told = record && this.#toldTo(record);
    const old = this.#bounds.get(tail);
    if (record && old?.version === versionOf(record, told)) return;
    if (old) this.#remove(old);
    const bound = record && isInstance(tail) ? boundInstance(tail, record, told) : undefined;
    if (bound) this.#add(bound);
    this.#compare(old, bound);
  }

  #compare(old: BoundInstance | undefined, now: BoundInstance | undefined): void {
    if (old && now && isRelabelled(old, now)) for (const handler of this.#handlers) handler();
  }

  #toldTo({ uid = "", binding }: StatusRecord): Machine | undefined {
    const assigned = this.#informer.get(assignedInstanceKey(binding?.hypervisor ?? "", uid))?.value;
    return assigned?.type === "assignedInstance" ? assigned.value.machine : undefined;
  }

  #add(bound: BoundInstance): void {
    this.#bounds.set(bound.tail, bound);
    const namespace = this.#namespaces.get(bound.namespace) ?? new NamespaceBounds();
    this.#namespaces.set(bound.namespace, namespace);
    namespace.add(bound);
  }

  #remove(bound: BoundInstance): void {
    this.#bounds.delete(bound.tail);
    this.#namespaces.get(bound.namespace)?.remove(bound);
  }
}

const isRelabelled = (old: BoundInstance, now: BoundInstance): boolean => !isSameJson(old.labels, now.labels);

const ASSIGNED = /^assigned\/[^/]+\/instances\//;

const isInstance = (tail: string): boolean => parseTail(tail)?.plural === Instance.plural;

function boundRecord(cached: Cached<ClusterRecord> | undefined): StatusRecord | undefined {
  const record = cached?.value.type === "status" ? cached.value.value : undefined;
  return record?.binding && record;
}
