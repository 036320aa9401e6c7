import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import { PlacementError } from "../../../placement/placement-error.ts";
import { STANDARD_CLASSES } from "../../../placement/standard-classes.ts";
import { STANDARD_TRAITS } from "../../../placement/standard-traits.ts";
import { closestWord } from "../../../resources/closest-word.ts";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { Hypervisor, type HypervisorSpec } from "../../../resources/hypervisor.ts";
import { objectTail, PREFIX } from "../../../resources/keys.ts";
import type { ClusterView } from "../../cluster/cluster-view.ts";
import { specProblem } from "../../cluster/spec-problem.ts";
import { queryNames } from "./query-names.ts";

/**
 * What Placement said to a query; of a trait or a class that it does not know, with the name that was probably meant: a
 * standard one, or one that a Hypervisor has.
 */
export function withNameMeant(view: ClusterView, query: CandidatesQuery, error: PlacementError): PlacementError {
  if (error.code !== "InvalidRequest") return error;
  const { traits, classes } = queryNames(query);
  const said = new Set(error.message.split(/\W+/));
  const meant = (names: readonly string[], known: () => Iterable<string>): string => {
    const unknown = names.find((name) => said.has(name));
    return unknown === undefined ? "" : hint(unknown, [...known()]);
  };
  const text =
    meant(traits, () => [...STANDARD_TRAITS, ...view.traits.names()]) || meant(classes, () => classesOf(view));
  return text === "" ? error : new PlacementError(error.code, `${error.message}${text}`, { cause: error });
}

const CUSTOM = "CUSTOM_";

/** What is the same of all custom names says nothing about how near two of them are. */
function hint(unknown: string, known: readonly string[]): string {
  const custom = known.filter((name) => name.startsWith(CUSTOM));
  if (custom.includes(`${CUSTOM}${unknown}`)) return `; did you mean "${CUSTOM}${unknown}"?`;
  if (!unknown.startsWith(CUSTOM)) return didYouMean(unknown, known);
  const rest = (name: string): string => name.slice(CUSTOM.length);
  const near = closestWord(rest(unknown), custom.map(rest));
  return near === undefined ? "" : `; did you mean "${CUSTOM}${near}"?`;
}

/** Standard ones, and what Hypervisors declare. */
function classesOf(view: ClusterView): readonly string[] {
  const declared = [...view.all("spec", `${PREFIX.spec}${objectTail(Hypervisor, undefined, "")}`)]
    .filter(({ value }) => specProblem(Hypervisor, value.spec) === undefined)
    .flatMap(({ value }) => Object.keys((value.spec as HypervisorSpec).inventory ?? {}));
  return [...STANDARD_CLASSES, ...declared.filter((name) => name.startsWith(CUSTOM))];
}
