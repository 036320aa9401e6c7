import { randomUUID } from "node:crypto";
import { Instance } from "../../resources/instance.ts";
import { objectTail, specKey, statusKey } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import type { Store, Write } from "../../store/store.ts";

const BORN = "2030-01-02T03:04:05Z";
/** Operations of one transaction stay below etcd's limit and ours. */
const AT_ONCE = 40;

/** `count` running instances of a namespace, as user and controllers leave them: about 300 + 1,700 bytes each. */
export async function fillNamespace(store: Store, namespace: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - from);
    const writes = Array.from({ length }, (_, index) => instanceWrites(namespace, from + index)).flat();
    await store.commit({ compares: [], writes });
  }
}

function instanceWrites(namespace: string, index: number): Write[] {
  const name = `web-${String(index).padStart(5, "0")}`;
  const uid = randomUUID();
  const labels = { app: "web", tier: index % 2 === 0 ? "front" : "back" };
  const spec = { image: { name: "debian-12" }, resources: { vcpu: 1, memory: "1Gi", disk: "10Gi" } };
  const metadata = { name, namespace, uid, labels, generation: 1, creationTimestamp: BORN };
  const tail = objectTail(Instance, namespace, name);
  const put = (key: string, value: object): Write => ({ op: "put", key, value: JSON.stringify(value) });
  return [
    put(specKey(tail), { apiVersion: API_VERSION, kind: Instance.kind, metadata, spec }),
    put(statusKey(tail), {
      uid,
      specCreateRevision: 7,
      accepted: { generation: 1, labels, spec },
      binding: { hypervisor: `host-${index % 50}`, epoch: 1, boundAt: BORN },
      status: statusOf(index),
    }),
  ];
}

const statusOf = (index: number): object => ({
  phase: "Running",
  hypervisor: `host-${index % 50}`,
  addresses: [
    { interface: "default", mac: "52:54:00:aa:bb:cc", ip: `10.0.${index >> 8}.${index & 255}`, source: "lease" },
  ],
  observedGeneration: 1,
  imageDigest: `sha256:${"a".repeat(64)}`,
  startedAt: BORN,
  conditions: [
    "Accepted",
    "AddressAssigned",
    "Allocated",
    "GuestConfigApplied",
    "ImageReady",
    "Ready",
    "Scheduled",
  ].map((type) => ({
    ...{ type, status: "True", reason: "UpToDate", message: "the host has acted upon the spec" },
    ...{ lastTransitionTime: BORN, observedGeneration: 1 },
  })),
});
