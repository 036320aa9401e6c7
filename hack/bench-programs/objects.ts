import { randomUUID } from "node:crypto";
import { Image } from "../../resources/image.ts";
import { Instance } from "../../resources/instance.ts";
import { objectTail, specKey } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import { API_VERSION } from "../../resources/meta.ts";

export const NAMESPACE = "default";

export interface SpecObject {
  readonly tail: string;
  readonly key: string;
  readonly uid: string;
  readonly value: string;
}

/** As `apply` stores it. */
function specObject({ kind }: { kind: KindInfo }, name: string, spec: object): SpecObject {
  const namespace = kind.namespaced ? { namespace: NAMESPACE } : {};
  const uid = randomUUID();
  const creationTimestamp = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const metadata = { name, ...namespace, uid, generation: 1, creationTimestamp };
  const tail = objectTail(kind, NAMESPACE, name);
  const value = JSON.stringify({ apiVersion: API_VERSION, kind: kind.kind, metadata, spec });
  return { tail, key: specKey(tail), uid, value };
}

export const imageObject = (file: string, checksum: string): SpecObject =>
  specObject({ kind: Image }, "tiny", { source: { file }, checksum });

/** Without a grace period, so that taking it away does not wait for the guest. */
export const instanceObject = (name: string): SpecObject =>
  specObject({ kind: Instance }, name, {
    image: { name: "tiny" },
    resources: { vcpu: 1, memory: "128Mi", disk: "1Gi" },
    terminationGracePeriodSeconds: 0,
  });
