import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { Session } from "../connection/session.ts";

/** The other objects that a description tells of. Each is read once, however many objects are described. */
export class Neighbours {
  readonly #session: Session;
  readonly #lists = new Map<string, Promise<readonly JoinedObject[]>>();
  readonly #singles = new Map<string, Promise<JoinedObject | undefined>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** All of a kind; of a namespaced one in one namespace, or (absent) everywhere. */
  list(kind: KindInfo, namespace?: string): Promise<readonly JoinedObject[]> {
    return once(this.#lists, `${kind.kind}/${namespace ?? ""}`, () => {
      const { objects, signal } = this.#session;
      return objects.list(kind, namespace, { signal });
    });
  }

  /** One of the whole cluster, by name. */
  get(kind: KindInfo, name: string): Promise<JoinedObject | undefined> {
    return once(this.#singles, `${kind.kind}/${name}`, () => {
      const { objects, signal } = this.#session;
      return objects.get(kind, undefined, name, { signal });
    });
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const reading = known.get(key) ?? read();
  known.set(key, reading);
  return reading;
}
