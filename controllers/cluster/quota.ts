import { classWords } from "../../resources/class-words.ts";
import type { ResourceRequest } from "../../resources/group-request.ts";
import type { NamespaceSpec } from "../../resources/namespace.ts";
import { quotaInClasses } from "../../resources/quota-in-classes.ts";
import { namespaceSpec, unreadableLimits } from "./barred.ts";
import type { ClusterView } from "./cluster-view.ts";

/** What instances of a namespace may take together, by resource class; undefined: whatever there is. */
function quotaOf(view: ClusterView, namespace: string): ResourceRequest | undefined {
  const { quota } = namespaceSpec(view, namespace);
  return quota && quotaInClasses(quota);
}

/** Whether decisions in a namespace depend on what others of it hold. */
export function isCounted(view: ClusterView, namespace: string): boolean {
  const { quota, limits }: NamespaceSpec = namespaceSpec(view, namespace);
  return quota !== undefined || limits?.["instances"] !== undefined;
}

/** What a namespace has, and what is to be added to it. */
export interface QuotaQuestion {
  readonly namespace: string;
  /** What the same transaction gives to others of the namespace. */
  readonly beside: readonly ResourceRequest[];
  readonly asked: ResourceRequest;
}

/** Why a namespace may not take more, with every class that is short; undefined: it may. */
export function overQuota(view: ClusterView, { namespace, beside, asked }: QuotaQuestion): string | undefined {
  const unreadable = unreadableLimits(view, namespace);
  if (unreadable !== undefined) return unreadable;
  const quota = quotaOf(view, namespace);
  if (!quota) return undefined;
  const used = view.bound.used(namespace);
  const short = Object.entries(asked).flatMap(([name, amount]): Shortage[] => {
    const limit = quota[name];
    const taken = beside.reduce((sum, request) => sum + (request[name] ?? 0), used[name] ?? 0);
    return limit === undefined || amount <= 0 || taken + amount <= limit ? [] : [{ name, amount, limit, taken }];
  });
  if (short.length === 0) return undefined;
  const numbers = short.map(numbersOf).join("; ");
  return `the quota of namespace ${namespace} (spec.quota) does not allow it: ${numbers}; waits until ${endOf(short)}`;
}

interface Shortage {
  readonly name: string;
  readonly amount: number;
  readonly limit: number;
  readonly taken: number;
}

function numbersOf({ name, amount, limit, taken }: Shortage): string {
  const words = classWords(name);
  return `${words.name}: ${amount}${words.unit} asked, ${taken} of ${limit} taken`;
}

/** What the namespace gives back is enough only where the quota is not less than what is asked for. */
function endOf(short: readonly Shortage[]): string {
  if (short.some(({ amount, limit }) => amount > limit)) return "the quota is raised";
  const back = short.map(({ name, amount, limit, taken }) => {
    const { name: word, unit } = classWords(name);
    return `${taken + amount - limit}${unit === "" ? " " : `${unit} of `}${word}`;
  });
  return `instances of it give back ${back.join(" and ")}, or the quota is raised`;
}
