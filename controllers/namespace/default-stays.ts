import { DEFAULT_NAMESPACE, type NamespaceStatus } from "../../resources/namespace.ts";
import type { ObjectFacts } from "../cluster/admit.ts";

type Facts = ObjectFacts<NamespaceStatus>;

/** A deletion of `default` that somebody wrote straight into etcd. */
export const isDeletionRefused = (name: string, { spec }: Facts): boolean =>
  name === DEFAULT_NAMESPACE && spec?.value.metadata.deletionTimestamp !== undefined;

/** The facts as if nobody had asked `default` to go. */
export function withoutDeletion(name: string, facts: Facts): Facts {
  const { spec } = facts;
  if (!spec || !isDeletionRefused(name, facts)) return facts;
  const { deletionTimestamp: _refused, ...metadata } = spec.value.metadata;
  return { ...facts, spec: { ...spec, value: { ...spec.value, metadata } } };
}
