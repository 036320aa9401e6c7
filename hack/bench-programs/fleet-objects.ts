import { randomUUID } from "node:crypto";
import { Image } from "../../resources/image.ts";
import { Instance } from "../../resources/instance.ts";
import { objectTail, specKey } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import { API_VERSION } from "../../resources/meta.ts";
import type { Write } from "../../store/store.ts";

const BORN = "2030-01-02T03:04:05Z";
const AT_ONCE = 40;

/**
 * The specs of an image and of `count` small instances, in transactions that etcd takes; each is told its host, because
 * it is the hosts that are measured here and not the scheduler.
 */
export function specWrites(count: number, hosts: readonly string[]): readonly (readonly Write[])[] {
  const image = write(Image, "tiny", { source: { url: "http://images.example/tiny.qcow2" } });
  const spec = { image: { name: "tiny" }, resources: { vcpu: 1, memory: "512Mi", disk: "1Gi" } };
  const writes = Array.from({ length: count }, (_, index) =>
    write(Instance, `web-${index}`, { ...spec, hypervisor: hosts[index % hosts.length] }),
  );
  const starts = Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, index) => index * AT_ONCE);
  return [[image], ...starts.map((start) => writes.slice(start, start + AT_ONCE))];
}

function write(kind: KindInfo, name: string, spec: object): Write {
  const namespace = kind.namespaced ? "default" : undefined;
  const metadata = { name, ...(namespace && { namespace }), uid: randomUUID(), generation: 1, creationTimestamp: BORN };
  const object = { apiVersion: API_VERSION, kind: kind.kind, metadata, spec };
  return { op: "put", key: specKey(objectTail(kind, namespace, name)), value: JSON.stringify(object) };
}
