import type { ClusterView } from "../cluster/cluster-view.ts";
import { readHypervisor } from "../cluster/hypervisor-facts.ts";
import type { Beside } from "./beside.ts";
import { peersOf } from "./cluster-peers.ts";
import { type BindDecision, quotaRefusal } from "./decide.ts";
import { firstRefusal } from "./filters/first-refusal.ts";
import { wishOf } from "./unbound.ts";

/**
 * Why a decision that was made on an older picture holds no more; undefined: it does. A bind compares the turnstiles of
 * the picture it is written on (decision 0150), so what they stand for has to be looked at in that same picture.
 */
export function whyNoMore(
  view: ClusterView,
  { unbound, needs, choice }: BindDecision,
  beside: Beside,
): string | undefined {
  const host = readHypervisor(view, choice.host.name);
  if (host.status?.value.uid !== choice.host.status?.value.uid) return "the host was registered anew";
  const refused = firstRefusal(host, wishOf(unbound), peersOf(view, unbound, needs, beside));
  return refused?.reason ?? quotaRefusal(view, unbound, beside)?.message;
}
