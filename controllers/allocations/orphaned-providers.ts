import type { ProviderName } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import { Hypervisor } from "../../resources/hypervisor.ts";
import { uidKey } from "../../resources/keys.ts";
import { TransientError } from "../../runtime/errors.ts";
import { done, type Result } from "../../runtime/result.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";

/**
 * Tells of providers with our mark that no hypervisor has: its record was lost, or etcd is older than Placement. Nothing
 * is removed for that (I3); an administrator does, with `vmctl gc`. Looked for again at every resync, so that the
 * event stays while it is so.
 */
export class OrphanedProviders {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(): Promise<Result> {
    const { placement, log } = this.#deps;
    try {
      // The picture second: what was made since has its hypervisor in it.
      const providers = await placement.ownProviders();
      for (const provider of providers.filter((one) => !this.#isOwned(one))) {
        const consumers = await placement.consumersOf(provider.uuid);
        log.warn({ provider: provider.uuid, name: provider.name, consumers: consumers.length }, "a provider of nobody");
        await this.#tell(provider, consumers.length);
      }
    } catch (error) {
      if (isPlacementError(error)) throw new TransientError(error.code, error.message, { cause: error });
      throw error;
    }
    return done();
  }

  #isOwned({ uuid }: ProviderName): boolean {
    const { view } = this.#deps;
    if (view.uid(uuid) !== undefined || view.problemOf(uidKey(uuid)) !== undefined) return true;
    for (const { value } of view.all("status", "status/cluster/hypervisors/")) if (value.uid === uuid) return true;
    // The first pass makes the provider before it records the uid.
    for (const { value } of view.all("spec", "spec/cluster/hypervisors/")) if (value.metadata.uid === uuid) return true;
    return false;
  }

  /** Under the uid and the name that the hypervisor had: `vmctl events` lists it, `describe` of a namesake does not. */
  async #tell({ uuid, name }: ProviderName, consumers: number): Promise<void> {
    const held = consumers === 0 ? "" : ` with ${consumers} ${consumers === 1 ? "allocation" : "allocations"}`;
    const message = `Placement has a provider ${name}${held} that no hypervisor has: vmctl gc shows and removes it`;
    const subject = { uid: uuid, kind: Hypervisor.kind, name };
    const writes = await this.#deps.events.writes(subject, [{ type: "Warning", reason: "ProviderOrphaned", message }]);
    await commit(this.#deps, { compares: [{ key: uidKey(uuid), absent: true }], writes });
  }
}
