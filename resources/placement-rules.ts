import type { Aggregates, Traits } from "./placement-words.ts";
import type { Problem, ProblemPath } from "./problem.ts";

interface Words {
  readonly traits?: Traits | undefined;
  readonly aggregates?: Aggregates | undefined;
}

/** What contradicts itself in traits and aggregates; Placement would refuse it, or find nothing for ever. */
export function wordsProblems({ traits = {}, aggregates = {} }: Words, path: ProblemPath): Problem[] {
  const { required = [], forbidden = [], anyOf = [] } = traits;
  const { memberOf = [], notMemberOf = [] } = aggregates;
  return [
    ...required.flatMap((trait, index) =>
      forbidden.includes(trait)
        ? [{ path: [...path, "traits", "required", index], message: `${trait} is forbidden as well` }]
        : [],
    ),
    ...impossible(anyOf, forbidden, [...path, "traits", "anyOf"], "forbidden"),
    ...impossible(memberOf, notMemberOf, [...path, "aggregates", "memberOf"], "in notMemberOf"),
  ];
}

function impossible(
  lists: readonly (readonly string[])[],
  excluded: readonly string[],
  path: ProblemPath,
  word: string,
): Problem[] {
  return lists.flatMap((list, index) =>
    list.every((item) => excluded.includes(item))
      ? [{ path: [...path, index], message: `asks for one of ${list.join(", ")}, and all of it is ${word}` }]
      : [],
  );
}
