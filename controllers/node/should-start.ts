import type { MachineState } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import { isNewerToken } from "./token.ts";

type Domain = NonNullable<MachineState["domain"]>;

/**
 * Whether a domain that does not run is to be started, for an assignment that says Running (KubeVirt's run
 * strategies). Rows in order, first match wins.
 */
export function shouldStart(assigned: AssignedInstance, domain: Domain | undefined): boolean {
  const { runStrategy } = assigned;
  const reason = domain?.stopReason;
  if (!domain || reason === "NeverStarted") return true;
  // `start` and `restart` leave a token; each is good for one start.
  if (isNewerToken(assigned.restartToken, domain.tags.restartToken)) return true;
  if (isNewerToken(assigned.recreateToken, domain.tags.recreateToken)) return true;
  if (runStrategy === "Once") return false;
  if (runStrategy === "Always") return true;
  if (runStrategy === "Manual") return reason === "Requested";
  return reason !== "GuestShutdown";
}

/** Back-off of starts after the domain ended by itself: 1 s, doubling, at most 5 min (KubeVirt's CrashLoopBackOff). */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(300_000, 1_000 * 2 ** (failures - 1));
}
