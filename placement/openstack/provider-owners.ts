import type { ProviderName } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { clusterOfMark } from "./cluster-marks.ts";
import { ProviderDocument, ProvidersDocument, TraitsDocument } from "./documents.ts";
import type { PlacementApi } from "./placement-api.ts";

/** `nobody`: there, and nobody has written anything to it yet, as we leave it when we die after making it. */
export type ProviderOwner = "us" | "nobody" | { readonly cluster: string } | "others";

/** Tells our providers from other clusters' and a Nova's, by the trait that each cluster of vmctl marks its own with. */
export class ProviderOwners {
  readonly #api: PlacementApi;
  readonly #mark: string;
  /** Once ours, ours: the mark is put on every write. */
  readonly #ours = new Set<string>();

  constructor(api: PlacementApi, mark: string) {
    this.#api = api;
    this.#mark = mark;
  }

  /** `undefined` when there is none of this uuid. */
  async ownerOf(uuid: string, signal?: AbortSignal): Promise<ProviderOwner | undefined> {
    const path = `/resource_providers/${uuid}`;
    const provider = await this.#api.get(path, ProviderDocument, signal);
    const marks = provider && (await this.#api.get(`${path}/traits`, TraitsDocument, signal));
    if (!marks) return undefined;
    if (marks.traits.includes(this.#mark)) return "us";
    const cluster = marks.traits.map(clusterOfMark).find((name) => name !== undefined);
    if (cluster !== undefined) return { cluster };
    return provider.generation === 0 ? "nobody" : "others";
  }

  /** `Conflict` for a provider that somebody else keeps under the uuid of a hypervisor of ours. */
  async refuseForeign({ uuid, name }: ProviderName, signal?: AbortSignal): Promise<void> {
    if (this.#ours.has(uuid)) return;
    const owner = await this.ownerOf(uuid, signal);
    if (owner !== "us" && owner !== "nobody" && owner !== undefined)
      throw new PlacementError("Conflict", `the uid of ${name} is a provider of ${describe(owner)}: it is left alone`);
    if (owner === "us") this.#ours.add(uuid);
  }

  /** Why a name cannot be had, in words for those who chose it. */
  async nameTaken(name: string, signal?: AbortSignal): Promise<PlacementError> {
    const path = `/resource_providers?${new URLSearchParams({ name })}`;
    const [holder] = (await this.#api.get(path, ProvidersDocument, signal))?.resource_providers ?? [];
    const owner = holder && (await this.ownerOf(holder.uuid, signal));
    if (!holder || owner === undefined)
      return new PlacementError("Conflict", `the name ${name} was taken a moment ago`);
    if (owner === "us") return new PlacementError("Conflict", `${held(name, holder)} of this cluster: ${CLEAR_UP}`);
    return new PlacementError("Conflict", `${held(name, holder)} of ${describe(owner)}: ${RENAME}`);
  }
}

const held = (name: string, { uuid }: ProviderName): string => `Placement has a provider ${name} already, ${uuid},`;
const CLEAR_UP = "an earlier hypervisor of this name, which vmctl gc removes if nobody owns it";
const RENAME = "it is left alone; hypervisors that share a Placement need names of their own";

function describe(owner: Exclude<ProviderOwner, "us">): string {
  if (owner === "others" || owner === "nobody") return "something that is not vmctl";
  return `the vmctl cluster ${owner.cluster}`;
}
