import { formatManifestProblem } from "../../../apply/manifest-problem.ts";
import type { PlannedObject } from "../../../apply/plan-set.ts";
import { setResources } from "./set-resources.ts";

/** The plan for programs. Amounts of memory and disk in bytes; absent values are null. */
export function planDocument(objects: readonly PlannedObject[]): unknown {
  return {
    kind: "Plan",
    items: objects.map(itemOf),
    resources: setResources(objects),
  };
}

function itemOf(planned: PlannedObject): unknown {
  const { kind, object } = planned.manifest;
  const { name, namespace } = object.metadata;
  return {
    kind: kind.kind,
    ...(namespace !== undefined && { namespace }),
    name,
    result: planned.result,
    ...detailsOf(planned),
  };
}

function detailsOf(planned: PlannedObject): object {
  if (planned.result === "configured") {
    const changes = planned.changes.map(({ path, old, new: now, effect }) => ({
      path,
      old: old ?? null,
      new: now ?? null,
      effect: effect.text,
      heldBack: effect.isHeld,
    }));
    return { changes };
  }
  return "problems" in planned ? { problems: planned.problems.map(formatManifestProblem) } : {};
}
