import type { KindInfo } from "../../../../resources/kinds.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { cells, headings } from "../../output/object-columns.ts";
import { Table } from "../../output/table.ts";

export interface ObjectLinesOptions {
  readonly kind: KindInfo;
  readonly objects: readonly JoinedObject[];
  readonly now: number;
  readonly wide?: boolean;
  /** Objects of several namespaces. */
  readonly namespace?: boolean;
}

/** Related objects with the columns that `get` gives them; nothing for none. */
export function objectLines({ kind, objects, now, wide = false, namespace = false }: ObjectLinesOptions): string[] {
  if (objects.length === 0) return [];
  const choice = { wide, namespace, kindPrefix: false };
  return new Table().lines([headings(kind, choice), ...objects.map((object) => cells(kind, object, choice, now))]);
}
