import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { Session } from "../connection/session.ts";
import { LiveScreen } from "../output/live-screen.ts";
import { ObjectTable } from "../output/object-table.ts";
import type { MatchedChange } from "../select/matching-changes.ts";
import type { GetRequest } from "./get-request.ts";

export interface Live {
  readonly kind: KindInfo;
  readonly changes: AsyncIterable<MatchedChange>;
  readonly request: GetRequest;
  readonly session: Session;
}

/** A burst of changes is one picture; ages move by themselves. */
const SETTLE_MS = 50;
const TICK_MS = 1_000;

/** The table, drawn again in place with every change, until interrupted. */
export async function showLive({ kind, changes, request, session }: Live): Promise<void> {
  const { clock } = session;
  const held = new Map<string, JoinedObject>();
  const screen = new LiveScreen(process.stdout);
  let cancel = () => {};
  const draw = () => {
    screen.draw(picture(kind, request, [...held.values()], clock.now()));
    cancel();
    cancel = clock.after(TICK_MS, draw);
  };
  try {
    for await (const change of changes) {
      apply(held, change);
      cancel();
      cancel = clock.after(SETTLE_MS, draw);
    }
  } finally {
    cancel();
  }
}

function picture(kind: KindInfo, request: GetRequest, objects: readonly JoinedObject[], now: number): string[] {
  const byName = objects.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const sorted = request.sort(byName.map((object) => ({ kind, object }))).map(({ object }) => object);
  return new ObjectTable({ kind, choice: request.columns, now: () => now }).lines(sorted);
}

function apply(held: Map<string, JoinedObject>, change: MatchedChange): void {
  if (change.type === "start") for (const object of change.objects) held.set(keyOf(object), object);
  else if (change.type === "DELETED") held.delete(keyOf(change.object));
  else held.set(keyOf(change.object), change.object);
}

const keyOf = ({ metadata }: JoinedObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
