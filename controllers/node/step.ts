import type { CachedImage, MachineTags } from "../../hypervisor/hypervisor.ts";
import type { Problem, StopReason } from "../../resources/observed.ts";

/** The one next thing to do; after it everything is looked at again. */
export type Step =
  | { readonly do: "fetchImage" }
  | { readonly do: "createDisk"; readonly image: CachedImage }
  | { readonly do: "growDisk"; readonly bytes: number }
  | { readonly do: "prepare"; readonly tags: MachineTags }
  | { readonly do: "start" }
  | { readonly do: "requestShutdown" }
  | { readonly do: "destroy" }
  | { readonly do: "removeDisk" }
  | { readonly do: "remove" }
  | Rest;

export interface Rest {
  readonly do: "nothing";
  /** Look again then, whatever happens. */
  readonly recheckMs?: number;
  readonly problem?: Problem;
  /** The step that failed with the problem and is taken again later. */
  readonly failed?: Effect["do"];
  readonly stopReason?: StopReason;
  readonly retryInMs?: number;
  /** RFC 3339; instead of retryInMs, where it is known to the moment. */
  readonly retryAt?: string;
}

export type Effect = Exclude<Step, Rest>;

export const nothing: Rest = { do: "nothing" };

/** Nothing is done because of a problem; without `recheckMs` only a change can help. */
export function refuse(reason: string, message: string, recheckMs?: number): Rest {
  const problem = { reason, message, terminal: recheckMs === undefined };
  return recheckMs === undefined ? { do: "nothing", problem } : { do: "nothing", problem, recheckMs };
}
