import type { AssignedHost, AssignedInstance } from "../../resources/assignment.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { Alive, ObservedHost, ObservedInstance } from "../../resources/observed.ts";
import type { PlacementReview } from "../../resources/placement-review.ts";
import type { UnsealingKey } from "../../resources/sealing/sealing-key.ts";
import type { StatusRecord, UidRecord } from "../../resources/status-record.ts";
import type { TemplateRevision } from "../../resources/template-revision.ts";

/** Everything controllers watch, told apart by `type`; which one a key holds follows from the key alone. */
export type ClusterRecord =
  | { readonly type: "spec"; readonly value: StoredObject }
  | { readonly type: "status"; readonly value: StatusRecord }
  | { readonly type: "uid"; readonly value: UidRecord }
  | { readonly type: "assignedInstance"; readonly value: AssignedInstance }
  | { readonly type: "assignedHost"; readonly value: AssignedHost }
  | { readonly type: "observedInstance"; readonly value: ObservedInstance }
  | { readonly type: "observedHost"; readonly value: ObservedHost }
  | { readonly type: "alive"; readonly value: Alive }
  | { readonly type: "review"; readonly value: PlacementReview }
  | { readonly type: "unsealingKey"; readonly value: UnsealingKey }
  | { readonly type: "revision"; readonly value: TemplateRevision }
  /** Keys that are ours but carry nothing a controller reads (user-data). */
  | { readonly type: "other" };

export type RecordType = ClusterRecord["type"];
export type RecordValue<T extends RecordType> = Extract<ClusterRecord, { type: T; value: unknown }>["value"];
