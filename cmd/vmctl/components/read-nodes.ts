import { decodeAlive } from "../../../resources/decode-host-records.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { PREFIX } from "../../../resources/keys.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { isDenied } from "../../../store/store-error.ts";
import type { Session } from "../connection/session.ts";
import { fieldAt } from "../output/field-at.ts";
import type { Known, NodeSeen } from "./components.ts";

/** Every host: those that are registered and those that only have a heartbeat yet. By name. */
export async function readNodes(session: Session): Promise<Known<readonly NodeSeen[]>> {
  try {
    const { objects, signal } = session;
    const [hypervisors, heartbeats] = await Promise.all([
      objects.list(Hypervisor, undefined, { signal }),
      readAlive(session),
    ]);
    const byName = new Map(hypervisors.map((hypervisor) => [hypervisor.metadata.name, hypervisor]));
    const names = [...new Set([...byName.keys(), ...(heartbeats?.keys() ?? [])])].sort();
    return { value: names.map((name) => nodeOf(name, byName.get(name), heartbeats)) };
  } catch (error) {
    if (isDenied(error)) return { unknown: `this user may not read ${PREFIX.spec}cluster/hypervisors/` };
    throw error;
  }
}

type Heartbeats = ReadonlyMap<string, { readonly version?: string }>;

/** Undefined: this user may not look. A heartbeat that cannot be read is one all the same. */
async function readAlive({ store, signal }: Session): Promise<Heartbeats | undefined> {
  try {
    const { entries } = await store.list([PREFIX.alive], { signal });
    return new Map(
      entries.map(({ key, value }) => {
        const decoded = decodeAlive(key, value);
        return [key.slice(PREFIX.alive.length), decoded.ok ? { version: decoded.value.version } : {}];
      }),
    );
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

function nodeOf(name: string, hypervisor: JoinedObject | undefined, heartbeats: Heartbeats | undefined): NodeSeen {
  const ready = fieldAt(hypervisor, "status.conditions.Ready");
  const instances = fieldAt(hypervisor, "status.instances");
  const version = heartbeats?.get(name)?.version;
  return {
    name,
    ...(heartbeats && { alive: heartbeats.has(name) }),
    ...(typeof ready === "string" && { ready }),
    ...(typeof instances === "number" && { instances }),
    booked: fieldAt(hypervisor, "status.conditions.PlacementSynced") === "True",
    ...(version !== undefined && { version }),
    versions: (fieldAt(hypervisor, "status.versions") ?? {}) as Readonly<Record<string, string>>,
  };
}
