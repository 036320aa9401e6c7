import type { ImageLogin } from "../../resources/assignment.ts";
import type { ImageSpec } from "../../resources/image.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { CLOUD_INIT_LIMIT } from "../../resources/instance-rules.ts";
import { REASON } from "../../resources/instance-status.ts";
import { objectTail } from "../../resources/keys.ts";
import { DEFAULT_NAMESPACE } from "../../resources/namespace.ts";
import type { NamedImage, SecretTexts } from "../../resources/resolve-instance.ts";
import { unseal } from "../../resources/sealing/seal.ts";
import { Secret, type SecretSpec } from "../../resources/secret.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NotResolved } from "./not-resolved.ts";

export type ResolvedSecrets = { readonly ok: true; readonly texts: SecretTexts } | NotResolved;

type Opened = { readonly ok: true; readonly clear: string } | NotResolved;

interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

/** The clear texts of the Secrets that an instance needs on its host, opened now. Nothing of them is kept or logged. */
export function resolveSecrets(
  view: ClusterView,
  {
    namespace,
    spec,
    image,
  }: { readonly namespace: string; readonly spec: InstanceSpec; readonly image: NamedImage | undefined },
): ResolvedSecrets {
  const from = spec.cloudInit?.userDataFrom;
  const userData = from && userDataOf(view, { namespace, name: from.secret }, from.key ?? "userData");
  if (userData && !userData.ok) return userData;
  const login = loginSecret(spec, namespace, image?.spec);
  const credentials = login && loginOf(view, login);
  if (credentials && !credentials.ok) return credentials;
  return {
    ok: true,
    texts: {
      ...(userData && { userData: { text: userData.clear } }),
      ...(credentials && { credentials: { text: credentials.clear } }),
    },
  };
}

function userDataOf(view: ClusterView, ref: SecretRef, key: string): Opened {
  const opened = open(view, ref, key);
  if (!opened.ok || Buffer.byteLength(opened.clear) <= CLOUD_INIT_LIMIT) return opened;
  return unusable(ref, `${key} has more than ${CLOUD_INIT_LIMIT} bytes`);
}

function loginSecret(spec: InstanceSpec, namespace: string, image: ImageSpec | undefined): SecretRef | undefined {
  if (spec.image && "source" in spec.image)
    return spec.image.credentials && { namespace, name: spec.image.credentials.secret };
  const named = image?.credentials;
  return named && { namespace: named.namespace ?? DEFAULT_NAMESPACE, name: named.secret };
}

function loginOf(view: ClusterView, ref: SecretRef): Opened {
  const username = open(view, ref, "username");
  if (!username.ok) return username;
  const password = open(view, ref, "password");
  if (!password.ok) return password;
  const login: ImageLogin = { username: username.clear, password: password.clear };
  return { ok: true, clear: JSON.stringify(login) };
}

function open(view: ClusterView, ref: SecretRef, key: string): Opened {
  const tail = objectTail(Secret, ref.namespace, ref.name);
  const [spec, record] = [view.spec(tail), view.status(tail)?.value];
  const label = `Secret "${ref.namespace}/${ref.name}"`;
  if (!spec || !record?.uid || !record.accepted) {
    const message = `${label} ${spec ? "is not accepted" : "does not exist"}`;
    return { ok: false, reason: REASON.secretNotFound, message, soon: !!spec && !record };
  }
  const text = (record.accepted.spec as SecretSpec).data?.[key];
  if (text === undefined) return unusable(ref, `has no ${key} in spec.data`);
  const unsealed = unseal(view.unsealingKeys(), { ...ref, key }, text);
  return unsealed.ok ? unsealed : unusable(ref, `${key} ${unsealed.problem}`);
}

const unusable = ({ namespace, name }: SecretRef, problem: string): NotResolved => ({
  ok: false,
  reason: REASON.secretUnusable,
  message: `Secret "${namespace}/${name}": ${problem}`,
  soon: false,
});
