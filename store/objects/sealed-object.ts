import type { StoredObject } from "../../resources/meta.ts";
import { formatProblem } from "../../resources/problem.ts";
import { sealSecret } from "../seal-secret.ts";
import type { CallOptions, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";
import { labelOf, type ObjectRef } from "./object-ref.ts";

/** See sealSecret; what cannot be sealed is HeldBack. */
export async function sealedObject(
  store: Store,
  ref: ObjectRef,
  { object, old }: { readonly object: StoredObject; readonly old?: unknown },
  options: CallOptions,
): Promise<StoredObject> {
  const sealed = await sealSecret(store, { kind: ref.kind, object, old }, options);
  if ("object" in sealed) return sealed.object;
  throw new ObjectError("HeldBack", `${labelOf(ref)}: ${formatProblem(sealed.problem)}`, sealed.problem);
}
