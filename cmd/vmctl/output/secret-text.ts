import { unseal } from "../../../resources/sealing/seal.ts";
import { isSealed, notShown } from "../../../resources/sealing/sealed-text.ts";
import type { UnsealingKey } from "../../../resources/sealing/sealing-key.ts";
import { Secret, type SecretSpec } from "../../../resources/secret.ts";

interface Shown {
  readonly kind: string;
  readonly metadata: { readonly name?: unknown; readonly namespace?: unknown };
  readonly spec: unknown;
}

const NOT_SHOWN = notShown("it is not sealed yet");

/** A Secret as it may be printed: what is not sealed, as in a dry run without a cluster, is left out. */
export const withoutClearText = <T extends Shown>(object: T): T =>
  withTexts(object, (text) => (isSealed(text) ? text : NOT_SHOWN));

/** A Secret with its texts opened; one that does not open says why in its place. Any other object as it is. */
export const withClearText = <T extends Shown>(object: T, keys: ReadonlyMap<string, UnsealingKey>): T =>
  withTexts(object, (text, key) => {
    const { name, namespace } = object.metadata;
    const unsealed = unseal(keys, { namespace: String(namespace), name: String(name), key }, text);
    return unsealed.ok ? unsealed.clear : notShown(`it ${unsealed.problem}`);
  });

function withTexts<T extends Shown>(object: T, change: (text: string, key: string) => string): T {
  if (object.kind !== Secret.kind) return object;
  const spec = (object.spec ?? {}) as SecretSpec;
  const data = Object.entries(spec.data ?? {}).map(([key, text]) => [key, change(String(text), key)] as const);
  return data.length === 0 ? object : { ...object, spec: { ...spec, data: Object.fromEntries(data) } };
}
