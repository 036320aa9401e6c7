import { instanceProblems } from "./instance-rules.ts";
import type { InstanceSetSpec, InstanceTemplate } from "./instance-set.ts";
import { ANNOTATION } from "./meta.ts";
import type { Problem } from "./problem.ts";

const TEMPLATE = ["spec", "template"];

/** What no schema can say about an instance set's spec. The spec has passed its schema. */
export function instanceSetProblems(spec: InstanceSetSpec): Problem[] {
  const inTemplate = instanceProblems(spec.template.spec).map((problem) => ({
    ...problem,
    path: [...TEMPLATE, ...problem.path],
  }));
  return [
    ...inTemplate,
    ...labelProblems(spec),
    ...sharedProblems(spec.template),
    ...annotationProblems(spec.template),
  ];
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

/** Requests of vmctl's own would be carried out in every instance at once; `rollout restart` goes one by one. */
function annotationProblems({ metadata }: InstanceTemplate): Problem[] {
  const own = Object.keys(metadata?.annotations ?? {}).filter((key) => key.startsWith("compute.vmctl/"));
  return own
    .filter((key) => key !== ANNOTATION.restart)
    .map((key) => ({
      path: [...TEMPLATE, "metadata", "annotations", key],
      message: "is vmctl's own: not for a template",
    }));
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
