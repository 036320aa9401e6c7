import { objectTail } from "../../resources/keys.ts";
import { DEFAULT_NAMESPACE, Namespace } from "../../resources/namespace.ts";
import type { ObjectFacts, PlainStatus } from "./admit.ts";

export type ProtectionFacts = Pick<ObjectFacts<PlainStatus>, "tail" | "identity" | "spec" | "status">;

/**
 * `spec.deletionProtection`, of the spec that counts; and namespace `default` for good. A spec that says nonsense there
 * does not take away what was accepted.
 */
export function isProtectedObject({ tail, identity, spec, status }: ProtectionFacts): boolean {
  if (tail === DEFAULT_TAIL) return true;
  const accepted = protectionOf(status?.value.accepted?.spec) === true;
  // What was never admitted has only its spec.
  if (identity.kind === "refused" && status?.value.uid !== undefined) return accepted;
  const said = protectionOf(spec?.value.spec);
  return typeof said === "boolean" ? said : accepted;
}

/** False where a spec does not say it; undefined for nonsense. */
function protectionOf(spec: unknown): boolean | undefined {
  if (typeof spec !== "object" || spec === null) return undefined;
  const { deletionProtection: said = false } = spec as { readonly deletionProtection?: unknown };
  return typeof said === "boolean" ? said : undefined;
}

const DEFAULT_TAIL = objectTail(Namespace, undefined, DEFAULT_NAMESPACE);
