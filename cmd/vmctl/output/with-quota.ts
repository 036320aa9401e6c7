import { Instance } from "../../../resources/instance.ts";
import { Namespace } from "../../../resources/namespace.ts";
import type { Session } from "../connection/session.ts";
import { Neighbours } from "../describe/neighbours.ts";
import { quotaRows } from "../describe/related/quota.ts";
import { refused } from "../describe/related-sections.ts";
import type { FoundObject } from "../select/find-objects.ts";
import { fieldAt } from "./field-at.ts";

const WITH_QUOTA = {
  ...Namespace,
  columns: [...Namespace.columns, { heading: "TAKEN", path: "status.taken", wide: true }],
};

/** Namespaces with what is taken of what they may have (`vcpu 3/16, instances 4/20`), for a wide table. */
export async function withQuota(found: readonly FoundObject[], session: Session): Promise<readonly FoundObject[]> {
  const neighbours = new Neighbours(session);
  return Promise.all(
    found.map(async (item) => {
      if (item.kind !== Namespace) return item;
      const taken = await takenOf(item, neighbours).catch(refused);
      const status = { ...(item.object.status ?? {}), ...(taken.length > 0 && { taken: taken.join(", ") }) };
      return { kind: WITH_QUOTA, object: { ...item.object, status } };
    }),
  );
}

async function takenOf({ object }: FoundObject, neighbours: Neighbours): Promise<readonly string[]> {
  const rows = await quotaRows(object, neighbours);
  const limit = fieldAt(object, `spec.limits.${Instance.plural}`);
  const count = limit === undefined ? 0 : (await neighbours.list(Instance, object.metadata.name)).length;
  return [
    ...rows.map((row) => `${row.name} ${row.taken}/${row.limit}`),
    ...(limit === undefined ? [] : [`${Instance.plural} ${count}/${String(limit)}`]),
  ];
}
