import { Type } from "typebox";
import { AssignedHost, AssignedInstance } from "./assignment.ts";
import { type Decode, decodeWith, disagrees } from "./decode.ts";
import { Alive, ObservedHost, ObservedInstance } from "./observed.ts";
import { sha256Hex } from "./sha256.ts";

/** Host and rest of `assigned/<host>/…` or `observed/<host>/…`. */
function hostKey(key: string, family: "assigned" | "observed", part: "host" | "instances") {
  const [first, host, second, uid, ...more] = key.split("/");
  const isWhole = more.length === 0 && (part === "host" ? uid === undefined : Boolean(uid));
  return first === family && second === part && host && isWhole ? { host, uid: uid ?? "" } : undefined;
}

export const decodeAssignedInstance: Decode<AssignedInstance> = decodeWith<AssignedInstance>(
  AssignedInstance,
  (key, record) => {
    const place = hostKey(key, "assigned", "instances");
    if (place?.uid !== record.uid) return disagrees(`uid is ${record.uid}`);
    return place.host === record.hypervisor
      ? undefined
      : disagrees(`hypervisor is ${JSON.stringify(record.hypervisor)}`);
  },
);

export const decodeAssignedHost: Decode<AssignedHost> = decodeWith<AssignedHost>(AssignedHost, (key) =>
  hostKey(key, "assigned", "host") ? undefined : disagrees("it is no assigned host"),
);

/** A text under `assigned/<host>/data/<uid>/<digest>`, as a JSON string; the digest in the key proves it. */
export const decodeAssignedData: Decode<string> = decodeWith<string>(Type.String(), (key, text) => {
  const parts = key.split("/");
  if (parts.length !== 5 || parts[0] !== "assigned" || parts[2] !== "data") return disagrees("it is no assigned data");
  return parts[4] === sha256Hex(text) ? undefined : disagrees("its digest is another one");
});

/** The host's word about one instance; whether it counts (binding, epoch) is the reader's to judge (S6). */
export const decodeObservedInstance: Decode<ObservedInstance> = decodeWith<ObservedInstance>(
  ObservedInstance,
  (key, record) =>
    hostKey(key, "observed", "instances")?.uid === record.uid ? undefined : disagrees(`uid is ${record.uid}`),
);

export const decodeObservedHost: Decode<ObservedHost> = decodeWith<ObservedHost>(ObservedHost, (key) =>
  hostKey(key, "observed", "host") ? undefined : disagrees("it is no observed host"),
);

export const decodeAlive: Decode<Alive> = decodeWith<Alive>(Alive, (key) =>
  /^alive\/[^/]+$/.test(key) ? undefined : disagrees("it is no host's heartbeat"),
);
