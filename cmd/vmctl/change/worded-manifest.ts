import { type Manifest, parseManifests } from "../../../apply/manifest.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { formatPath } from "../../../resources/problem.ts";
import { UsageError } from "../../config/usage-error.ts";
import { requireKind } from "../select/kind-words.ts";

/** `create namespace NAME`: the one kind that is complete with its name. UsageError for any other, and for no name. */
export function wordedManifest(words: readonly string[]): Manifest {
  const [kind = "", name, ...more] = words.flatMap((word) => word.split("/"));
  if (requireKind(kind) !== Namespace)
    throw new UsageError(
      `create takes manifests: vmctl create -f FILE (\`vmctl explain ${kind}\` says what is in one)`,
    );
  if (!name || more.length > 0) throw new UsageError("one name expected: vmctl create namespace NAME");
  const document = { apiVersion: API_VERSION, kind: Namespace.kind, metadata: { name }, spec: {} };
  const { manifests, problems } = parseManifests(JSON.stringify(document), "");
  const [manifest] = manifests;
  if (manifest && problems.length === 0) return manifest;
  throw new UsageError(problems.map(({ path, message }) => `${formatPath(path)} ${message}`).join("; "));
}
