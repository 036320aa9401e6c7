import { revisionKey } from "../../../resources/keys.ts";
import { decodeTemplateRevision, type TemplateRevision } from "../../../resources/template-revision.ts";
import type { CallOptions, Store } from "../../../store/store.ts";

/** The templates on record of the set with this uid, the newest last. A record that cannot be read is left out. */
export async function readRevisions(store: Store, uid: string, options: CallOptions): Promise<TemplateRevision[]> {
  const prefix = revisionKey(uid, 0).slice(0, -1);
  const { entries } = await store.list([prefix], options);
  return entries
    .flatMap(({ key, value }) => {
      const decoded = decodeTemplateRevision(key, value);
      return decoded.ok ? [decoded.value] : [];
    })
    .sort((a, b) => a.number - b.number);
}
