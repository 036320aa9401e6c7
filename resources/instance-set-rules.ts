import { instanceProblems } from "./instance-rules.ts";
import type { InstanceSetSpec, InstanceTemplate } from "./instance-set.ts";
import type { Problem } from "./problem.ts";

const TEMPLATE = ["spec", "template"];

/** What no schema can say about an instance set's spec. The spec has passed its schema. */
export function instanceSetProblems(spec: InstanceSetSpec): Problem[] {
  const inTemplate = instanceProblems(spec.template.spec).map((problem) => ({
    ...problem,
    path: [...TEMPLATE, ...problem.path],
  }));
  return [...inTemplate, ...labelProblems(spec), ...sharedProblems(spec.template)];
}

/** Otherwise the set would let go of what it made. */
function labelProblems({ selector, template }: InstanceSetSpec): Problem[] {
  const labels = template.metadata?.labels ?? {};
  return Object.entries(selector.matchLabels).flatMap(([key, value]) =>
    labels[key] === value
      ? []
      : [{ path: [...TEMPLATE, "metadata", "labels", key], message: `must be "${value}", as spec.selector has it` }],
  );
}

/** What two machines of one network cannot have in common. */
function sharedProblems({ spec }: InstanceTemplate): Problem[] {
  return (spec.interfaces ?? []).flatMap((item, index) =>
    (["mac", "addresses"] as const).flatMap((field) =>
      item[field] === undefined
        ? []
        : [
            {
              path: [...TEMPLATE, "spec", "interfaces", index, field],
              message: "is not for a template: every instance would have the same",
            },
          ],
    ),
  );
}
