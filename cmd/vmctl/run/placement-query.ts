import { didYouMean } from "../../config/did-you-mean.ts";

/** What an etcd-compute request asks for, as far as an Instance can say it. */
export interface PlacementQuery {
  /** Amounts by Placement's classes, in Placement's units. */
  readonly resources: ReadonlyMap<string, number>;
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
}
export interface ParsedQuery {
  readonly query: PlacementQuery;
  /** Every part that cannot be taken, by its name and why. With any of them, the query means something else. */
  readonly problems: readonly string[];
}

/** etcd-compute handed its argument to GET /allocation_candidates as it was: these are the parameters there are. */
const NO_EQUIVALENT: Readonly<Record<string, string>> = {
  member_of: "hosts are chosen by labels (spec.hypervisorSelector), not by aggregates",
  in_tree: "a host is named by spec.hypervisor, not by its provider's uuid",
  limit: "the scheduler looks at every host",
  group_policy: "an instance takes everything from one host",
  same_subtree: "a host is one provider, without any below it",
  root_required: "a host is one provider, without any below it: say required",
};
const KNOWN = ["resources", "required"];
const GRANULAR = /^(resources|required|member_of|in_tree)(\d+|_[A-Za-z0-9_-]+)$/;

/** `resources=VCPU:1,DISK_GB:1,MEMORY_MB:256&required=TRAIT,!OTHER`. Pure; never throws. */
export function parsePlacementQuery(text: string): ParsedQuery {
  const parser = new Parser();
  for (const part of text.split("&")) parser.take(part);
  return parser.done();
}

class Parser {
  readonly #resources = new Map<string, number>();
  readonly #required = new Set<string>();
  readonly #forbidden = new Set<string>();
  readonly #problems: string[] = [];

  take(part: string): void {
    const at = part.indexOf("=");
    const [name, value] = [decoded(part.slice(0, at)), decoded(part.slice(at + 1))];
    if (at < 1 || name === undefined || value === undefined) this.#refuse(`"${part}" is no NAME=VALUE`);
    else if (name === "resources") for (const item of value.split(",")) this.#takeAmount(item);
    else if (name === "required") this.#takeTraits(value);
    else this.#refuse(whyNot(name));
  }

  done(): ParsedQuery {
    if (this.#resources.size === 0 && this.#problems.length === 0) this.#refuse("resources=… is missing");
    const [required, forbidden] = [[...this.#required], [...this.#forbidden]];
    return { query: { resources: this.#resources, required, forbidden }, problems: this.#problems };
  }

  #takeAmount(item: string): void {
    const [, name = "", amount = ""] = /^([A-Z0-9_]+):([0-9]+)$/.exec(item) ?? [];
    const problem = this.#resources.has(name) ? `${name} is there twice` : amountProblem(item, name, Number(amount));
    if (problem === undefined) this.#resources.set(name, Number(amount));
    else this.#refuse(`resources: ${problem}`);
  }

  #takeTraits(value: string): void {
    if (value.startsWith("in:")) this.#refuse(`required=${value} has no equivalent: spec.traits has no "one of"`);
    else for (const item of value.split(",")) this.#takeTrait(item);
  }

  #takeTrait(item: string): void {
    const name = item.replace(/^!/, "");
    if (!/^[A-Z0-9_]{1,255}$/.test(name)) this.#refuse(`required: "${item}" is no trait`);
    else (item.startsWith("!") ? this.#forbidden : this.#required).add(name);
  }

  #refuse(problem: string): void {
    this.#problems.push(problem);
  }
}

function amountProblem(item: string, name: string, amount: number): string | undefined {
  if (name === "") return `"${item}" is no CLASS:AMOUNT`;
  if (!/^(VCPU|MEMORY_MB|DISK_GB|CUSTOM_[A-Z0-9_]+)$/.test(name))
    return `${name} has no equivalent${didYouMean(name, ["VCPU", "MEMORY_MB", "DISK_GB"])}`;
  return Number.isSafeInteger(amount) && amount > 0 ? undefined : `${item}: a whole number from 1 expected`;
}

function whyNot(name: string): string {
  const why = Object.hasOwn(NO_EQUIVALENT, name) ? NO_EQUIVALENT[name] : undefined;
  if (why !== undefined) return `${name} has no equivalent: ${why}`;
  if (GRANULAR.test(name)) return `${name} has no equivalent: groups of resources are for hosts of several providers`;
  return `${name} is unknown${didYouMean(name, [...KNOWN, ...Object.keys(NO_EQUIVALENT)])}`;
}

/** As a server reads it; `undefined` for what is no encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
