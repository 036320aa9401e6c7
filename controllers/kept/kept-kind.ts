import type { KindInfo } from "../../resources/kinds.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { PlainStatus } from "../cluster/admit.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";

/** What is particular about a kind whose objects others refer to. */
export interface KeptKind {
  readonly kind: KindInfo;
  /** What users do with it, in words: "was made from it". */
  readonly use: string;
  /** Who needs it, for people: while there are any it does not go. */
  readonly usersOf: (view: ClusterView, tail: string) => readonly string[];
  /** What is wrong with a spec beside what its kind says. */
  readonly problem?: (spec: unknown, tail: string, view: ClusterView) => string | undefined;
  /** What its status says beside the conditions; what is undefined stays as it is. Only of what was admitted. */
  readonly news?: (view: ClusterView, tail: string, record: StatusRecord<PlainStatus>) => object;
}
