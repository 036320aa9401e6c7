import { KINDS } from "../resources/kinds.ts";
import type { Problem } from "../resources/problem.ts";
import type { CallOptions } from "../store/store.ts";
import { isFull, isUnavailable } from "../store/store-error.ts";
import { type ApplyDeps, type ApplyOutcome, applyObject } from "./apply-object.ts";
import { conflictProblem } from "./conflict-problem.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestProblem } from "./manifest-problem.ts";
import { namespaceProblems } from "./namespace-problems.ts";

/** What became of one manifest. A refusal has its place; what the store failed with is in `error`. */
export type ApplyReport = { readonly manifest: Manifest } & (
  | Exclude<ApplyOutcome, { result: "refused" | "conflict" }>
  | { readonly result: "refused"; readonly problem: ManifestProblem }
  /** One for each field that somebody else has set to something else. */
  | { readonly result: "conflict"; readonly problems: readonly ManifestProblem[] }
  | { readonly result: "failed"; readonly error: unknown }
);

export type SetOutcome =
  /** Nothing was written. */
  | { readonly kind: "invalid"; readonly problems: readonly ManifestProblem[] }
  /** In the order they were written in. */
  | { readonly kind: "applied"; readonly reports: readonly ApplyReport[] };

export interface ApplySetOptions extends CallOptions {
  /** Told as each object is done. */
  readonly onReport?: (report: ApplyReport) => void;
}

/** What others refer to comes first. */
const ORDER = KINDS.toReversed();
/** More gain nothing: an etcd with one client takes no more writes a second with 64 in flight. */
const AT_ONCE = 32;

/**
 * Applies manifests that loadManifests found no problem with. Whatever can be known before the first write is looked
 * at before it; after that each object stands for itself: one that is refused or fails never blocks the others.
 */
export async function applySet(
  deps: ApplyDeps,
  manifests: readonly Manifest[],
  options: ApplySetOptions = {},
): Promise<SetOutcome> {
  const problems = await namespaceProblems(deps.store, manifests, options);
  if (problems.length > 0) return { kind: "invalid", problems };
  const reports: ApplyReport[] = [];
  for (const kind of ORDER) {
    const ofKind = manifests.filter((manifest) => manifest.kind === kind);
    await applyKind(deps, { manifests: ofKind, reports }, options);
  }
  return { kind: "applied", reports };
}

interface KindRun {
  readonly manifests: readonly Manifest[];
  /** Of all kinds, in order; more are added to them. */
  readonly reports: ApplyReport[];
}

/** Several at once, told in order as far as all before are done. */
async function applyKind(deps: ApplyDeps, { manifests, reports }: KindRun, options: ApplySetOptions): Promise<void> {
  const before = reports.length;
  const done: ApplyReport[] = [];
  let next = 0;
  let down = reports.find(isStoreDown);
  const work = async (): Promise<void> => {
    for (let at = next++; at < manifests.length; at = next++) {
      options.signal?.throwIfAborted();
      const manifest = manifests[at] as Manifest;
      const report = down ? { ...down, manifest } : await reportOf(deps, manifest, options);
      if (isStoreDown(report)) down = report;
      done[at] = report;
      for (let ready = done[reports.length - before]; ready; ready = done[reports.length - before]) {
        options.onReport?.(ready);
        reports.push(ready);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, manifests.length) }, work));
}

/** Then the rest would fail in the same way, one deadline after the other. */
const isStoreDown = (report: ApplyReport): boolean =>
  report.result === "failed" && (isUnavailable(report.error) || isFull(report.error));

async function reportOf(deps: ApplyDeps, manifest: Manifest, { signal }: CallOptions): Promise<ApplyReport> {
  try {
    const outcome = await applyObject(deps, manifest, signal ? { signal } : {});
    const placed = (problem: Problem): ManifestProblem => ({ ...problem, place: manifest.placeOf(problem.path) });
    if (outcome.result === "refused") return { manifest, result: "refused", problem: placed(outcome.problem) };
    if (outcome.result !== "conflict") return { manifest, ...outcome };
    return { manifest, result: "conflict", problems: outcome.conflicts.map(conflictProblem).map(placed) };
  } catch (error) {
    return { manifest, result: "failed", error };
  }
}
