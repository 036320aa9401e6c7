import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { Session } from "../connection/session.ts";

/** The other objects that a description tells of. Each list is read once, however many objects are described. */
export class Neighbours {
  readonly #session: Session;
  readonly #lists = new Map<string, Promise<readonly JoinedObject[]>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** All of a kind; of a namespaced one in one namespace, or (absent) everywhere. */
  list(kind: KindInfo, namespace?: string): Promise<readonly JoinedObject[]> {
    const key = `${kind.kind}/${namespace ?? ""}`;
    const known = this.#lists.get(key);
    if (known) return known;
    const { objects, signal } = this.#session;
    const list = objects.list(kind, namespace, { signal });
    this.#lists.set(key, list);
    return list;
  }

  /** One of the whole cluster, by name. */
  get(kind: KindInfo, name: string): Promise<JoinedObject | undefined> {
    const { objects, signal } = this.#session;
    return objects.get(kind, undefined, name, { signal });
  }
}
