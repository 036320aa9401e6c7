import type { ProviderName } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import { Hypervisor } from "../../resources/hypervisor.ts";
import { parseTail, uidKey } from "../../resources/keys.ts";
import { TransientError } from "../../runtime/errors.ts";
import { type Result, requeueAfter } from "../../runtime/result.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";

/** One request for the whole cluster: an outside Placement that lost its database has its providers again so soon. */
const LOOK_MS = 60_000;
/** Below the hour after which events are gone: what is still so is said again. */
const TELL_MS = 30 * 60_000;

/**
 * Compares the providers with our mark with the hypervisors. A hypervisor without its provider is looked at again, which
 * makes it: Placement lost its database. A provider without a hypervisor is told of: its record was lost, or etcd is
 * older than Placement. Nothing is removed for that (I3); an administrator does, with `vmctl gc`.
 */
export class CompareProviders {
  readonly #deps: ControllerDeps;
  readonly #lookAt: (hypervisor: string) => void;
  readonly #toldAt = new Map<string, number>();

  constructor(deps: ControllerDeps, lookAt: (hypervisor: string) => void) {
    this.#deps = deps;
    this.#lookAt = lookAt;
  }

  async reconcile(): Promise<Result> {
    const { placement, view } = this.#deps;
    // Before the books are read: who comes since is in neither, or in the books alone, and found in the picture then.
    const expected = syncedHypervisors(view);
    try {
      const providers = await placement.ownProviders();
      const there = new Set(providers.map(({ uuid }) => uuid));
      for (const [uid, name] of expected) if (!there.has(uid)) this.#lookAt(name);
      const orphans = providers.filter((provider) => !isOwned(view, provider));
      this.#forgetBut(orphans);
      for (const provider of orphans) await this.#tell(provider);
    } catch (error) {
      if (isPlacementError(error)) throw new TransientError(error.code, error.message, { cause: error });
      throw error;
    }
    return requeueAfter(LOOK_MS, "compares providers again");
  }

  /** One that comes back is news. */
  #forgetBut(orphans: readonly ProviderName[]): void {
    const there = new Set(orphans.map(({ uuid }) => uuid));
    for (const uuid of this.#toldAt.keys()) if (!there.has(uuid)) this.#toldAt.delete(uuid);
  }

  /** Under the uid and the name that the hypervisor had: `vmctl events` lists it, `describe` of a namesake does not. */
  async #tell({ uuid, name }: ProviderName): Promise<void> {
    const { clock, placement, log } = this.#deps;
    const now = clock.monotonic();
    if (now < (this.#toldAt.get(uuid) ?? Number.NEGATIVE_INFINITY) + TELL_MS) return;
    const { length } = await placement.consumersOf(uuid);
    const held = length === 0 ? "" : ` with ${length} ${length === 1 ? "allocation" : "allocations"}`;
    const message = `Placement has a provider ${name}${held} that no hypervisor has: vmctl gc shows and removes it`;
    log.warn({ provider: uuid, name, consumers: length }, "a provider of nobody");
    const subject = { uid: uuid, kind: Hypervisor.kind, name };
    const writes = await this.#deps.events.writes(subject, [{ type: "Warning", reason: "ProviderOrphaned", message }]);
    await commit(this.#deps, { compares: [{ key: uidKey(uuid), absent: true }], writes });
    this.#toldAt.set(uuid, now);
  }
}

/** Names of the hypervisors whose provider was made, by uid. */
function syncedHypervisors(view: ClusterView): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { key, value } of view.all("status", "status/cluster/hypervisors/")) {
    const { conditions } = value.status as { readonly conditions?: readonly { type: string; status: string }[] };
    const isSynced = conditions?.some(({ type, status }) => type === "PlacementSynced" && status === "True");
    if (value.uid && isSynced) found.set(value.uid, parseTail(key.slice("status/".length))?.name ?? "");
  }
  return found;
}

function isOwned(view: ClusterView, { uuid }: ProviderName): boolean {
  if (view.uid(uuid) !== undefined || view.problemOf(uidKey(uuid)) !== undefined) return true;
  for (const { value } of view.all("status", "status/cluster/hypervisors/")) if (value.uid === uuid) return true;
  // The first pass makes the provider before it records the uid.
  for (const { value } of view.all("spec", "spec/cluster/hypervisors/")) if (value.metadata.uid === uuid) return true;
  return false;
}
