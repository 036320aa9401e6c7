import { Hypervisor } from "../resources/hypervisor.ts";
import { Image } from "../resources/image.ts";
import { Instance } from "../resources/instance.ts";
import { parseTail } from "../resources/keys.ts";
import { Namespace } from "../resources/namespace.ts";
import type { ClusterView } from "./cluster/cluster-view.ts";

/** Whom a changed key concerns. `waiting` means: whatever could not be placed is worth another try. */
export type Target =
  | { readonly to: "instance" | "hypervisor" | "image" | "namespace"; readonly key: string }
  | { readonly to: "waiting" };

/** Pure but for reading the picture; a key that concerns nobody gives nothing. */
export function route(view: ClusterView, key: string): readonly Target[] {
  const [prefix = "", host = "", section, uid] = key.split("/");
  if (prefix === "spec" || prefix === "status") return routeObject(view, prefix, key.slice(prefix.length + 1));
  // A uid that is free again may be what a refused object waited for.
  if (prefix === "uids") return view.uid(host) ? [] : [{ to: "waiting" }];
  if (prefix !== "assigned" && prefix !== "observed") return [];
  if (section === "host") return [{ to: "hypervisor", key: host }, { to: "waiting" }];
  if (section !== "instances" || !uid) return [];
  return routeInstance(view, host, uid, prefix);
}

function routeObject(view: ClusterView, prefix: string, tail: string): readonly Target[] {
  const parsed = parseTail(tail);
  switch (parsed?.plural) {
    case Instance.plural:
      return [{ to: "instance", key: tail }, ...(parsed.namespace ? namespaceOf(view, parsed.namespace) : [])];
    case Hypervisor.plural:
      // Its status also changes with each bind: only the spec is news for what waits.
      return [{ to: "hypervisor", key: parsed.name }, ...(prefix === "spec" ? [{ to: "waiting" } as const] : [])];
    case Image.plural:
      return [{ to: "image", key: parsed.name }, { to: "waiting" }, ...usersOf(view, parsed.name)];
    case Namespace.plural:
      return [{ to: "namespace", key: parsed.name }];
    default:
      return [];
  }
}

/** A namespace in deletion waits for its last instance. */
function namespaceOf(view: ClusterView, name: string): readonly Target[] {
  return view.status(`cluster/namespaces/${name}`)?.value.deletion ? [{ to: "namespace", key: name }] : [];
}

const usersOf = (view: ClusterView, image: string): Target[] =>
  [...view.all("assignedInstance", "assigned/")]
    .filter((seen) => seen.value.machine.image.name === image)
    .flatMap((seen) => instanceOf(view, seen.value.uid));

/** Whom it concerns that a host appeared or fell silent; a heartbeat concerns nobody. */
export function routeHost(view: ClusterView, host: string): readonly Target[] {
  const instances = view.assignmentsOf(host).flatMap((seen) => instanceOf(view, seen.value.uid));
  return [{ to: "hypervisor", key: host }, { to: "waiting" }, ...instances];
}

function routeInstance(view: ClusterView, host: string, uid: string, prefix: string): readonly Target[] {
  const image = view.assigned(host, uid)?.value.machine.image;
  const undecided = prefix === "observed" && image?.digest === undefined ? image?.name : undefined;
  const news: readonly Target[] = undecided === undefined ? [] : [{ to: "image", key: undecided }];
  const left: readonly Target[] = view.assigned(host, uid) ? [] : [{ to: "hypervisor", key: host }, ...leaving(view)];
  return [...instanceOf(view, uid), ...news, ...left];
}

/** Images in deletion wait for the last instance made from them. */
const leaving = (view: ClusterView): Target[] =>
  [...view.all("status", "status/cluster/images/")]
    .filter((seen) => seen.value.deletion)
    .map((seen) => ({ to: "image", key: seen.key.slice("status/cluster/images/".length) }));

const instanceOf = (view: ClusterView, uid: string): Target[] => {
  const tail = view.uid(uid)?.value.tail;
  return tail ? [{ to: "instance", key: tail }] : [];
};
