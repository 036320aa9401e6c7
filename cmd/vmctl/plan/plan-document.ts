import { formatManifestProblem } from "../../../apply/manifest-problem.ts";
import type { PlannedObject } from "../../../apply/plan-set.ts";
import type { PlanNotes } from "./plan-lines.ts";
import { setResources } from "./set-resources.ts";

/** The plan for programs. Amounts of memory and disk in bytes; absent values are null. */
export function planDocument(objects: readonly PlannedObject[], notes: PlanNotes): unknown {
  return {
    kind: "Plan",
    items: objects.map((planned) => itemOf(planned, notes)),
    resources: setResources(objects),
  };
}

function itemOf(planned: PlannedObject, notes: PlanNotes): unknown {
  const [placement, users] = [notes.placements.get(planned), notes.users.get(planned)];
  const { kind, object } = planned.manifest;
  const { name, namespace } = object.metadata;
  return {
    kind: kind.kind,
    ...(namespace !== undefined && { namespace }),
    name,
    result: planned.result,
    ...detailsOf(planned),
    ...("unknown" in planned && planned.unknown.length > 0 && { unknownFields: planned.unknown }),
    ...(placement !== undefined && { placement }),
    ...(users !== undefined && { users }),
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
