import { closestWord } from "./closest-word.ts";
import { KINDS, type KindInfo } from "./kinds.ts";
import { API_VERSION, type Metadata, type OwnerReference } from "./meta.ts";
import type { Problem, ProblemPath } from "./problem.ts";

/** Finalizers of ours would wait for a program that does not know them. */
const RESERVED = "compute.vmctl/";

/** What the schema of metadata cannot say; for manifests only. */
export function metadataProblems(kind: KindInfo, metadata: Metadata): Problem[] {
  return [...nameProblems(kind, metadata), ...finalizerProblems(metadata), ...ownerProblems(kind, metadata)];
}

function nameProblems({ maxNameLength: limit, singular }: KindInfo, { name }: Metadata): Problem[] {
  if (limit === undefined || name.length <= limit) return [];
  const message = `must have at most ${limit} characters: names are made from that of ${singular}s (got ${name.length})`;
  return [{ path: ["metadata", "name"], message }];
}

function finalizerProblems({ finalizers = [] }: Metadata): Problem[] {
  return finalizers.flatMap((finalizer, index) =>
    finalizer.startsWith(RESERVED)
      ? [{ path: ["metadata", "finalizers", index], message: `is vmctl's own: ${RESERVED}… is reserved` }]
      : [],
  );
}

function ownerProblems(kind: KindInfo, metadata: Metadata): Problem[] {
  const owners = metadata.ownerReferences ?? [];
  const path = ["metadata", "ownerReferences"];
  const wrong = owners.flatMap((owner, index) => ownerProblem([...path, index], { kind, metadata, owner }) ?? []);
  const controllers = owners.flatMap(({ controller }, index) => (controller ? [index] : []));
  const second = controllers[1];
  const twice = owners.findIndex(({ uid }, index) => owners.findIndex((other) => other.uid === uid) < index);
  return [
    ...wrong,
    ...(twice < 0 ? [] : [{ path: [...path, twice, "uid"], message: "stands in this list twice" }]),
    ...(second === undefined
      ? []
      : [{ path: [...path, second, "controller"], message: "only one owner can be the controller" }]),
  ];
}

interface Ownership {
  readonly kind: KindInfo;
  readonly metadata: Metadata;
  readonly owner: OwnerReference;
}

function ownerProblem(path: ProblemPath, { kind, metadata, owner }: Ownership): Problem | undefined {
  if (owner.apiVersion !== API_VERSION)
    return { path: [...path, "apiVersion"], message: `must be ${API_VERSION} (got "${owner.apiVersion}")` };
  const kinds = KINDS.map((info) => info.kind);
  const ownerKind = KINDS.find((info) => info.kind === owner.kind);
  if (!ownerKind) {
    const suggestion = closestWord(owner.kind, kinds);
    const message = `must be one of ${kinds.join(", ")} (got "${owner.kind}")`;
    return { path: [...path, "kind"], message, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  if (ownerKind.namespaced && !kind.namespaced)
    return {
      path: [...path, "kind"],
      message: `lives in a namespace and cannot own what belongs to the whole cluster`,
    };
  if (ownerKind === kind && owner.name === metadata.name) return { path, message: "nothing owns itself" };
  return undefined;
}
