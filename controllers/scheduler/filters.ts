import type { InstanceSpec } from "../../resources/instance.ts";
import type { HypervisorFacts } from "../cluster/hypervisor-facts.ts";
import { firstRefusal as refusalOf } from "./filters/first-refusal.ts";
import { NO_PEERS } from "./peers.ts";

/** For callers that know of no peers yet. */
export const firstRefusal = (host: HypervisorFacts, spec: InstanceSpec): string | undefined =>
  refusalOf(host, { uid: "", namespace: "", labels: {}, spec }, NO_PEERS)?.reason;
