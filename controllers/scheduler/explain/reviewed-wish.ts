import { randomUUID } from "node:crypto";
import type { ResourceRequest } from "../../../resources/group-request.ts";
import { Instance } from "../../../resources/instance.ts";
import { objectTail, parseTail } from "../../../resources/keys.ts";
import type { PlacementReview } from "../../../resources/placement-review.ts";
import type { NamedImage } from "../../../resources/resolve-instance.ts";
import { resourceRequest } from "../../../resources/resource-request.ts";
import { withFlavor } from "../../../resources/spec-in-force.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { barred } from "../../cluster/barred.ts";
import type { BoundInstance } from "../../cluster/bound-index.ts";
import type { ClusterView } from "../../cluster/cluster-view.ts";
import { overQuota } from "../../cluster/quota.ts";
import { resolveFlavor } from "../../cluster/resolve-flavor.ts";
import { resolveImage } from "../../cluster/resolve-image.ts";
import { resolveSecrets } from "../../cluster/resolve-secrets.ts";
import { specProblem } from "../../cluster/spec-problem.ts";
import type { Beside } from "../beside.ts";
import type { Wish } from "../peers.ts";
import { together } from "./also-invalid.ts";

export type AskedInstance = PlacementReview["spec"]["instances"][number];

export interface ReviewedWish {
  readonly tail: string;
  /** Its present place, of one that has one. */
  readonly bound: BoundInstance | undefined;
  /** Undefined: it cannot even be told what it asks for. */
  readonly wish: Wish | undefined;
  readonly image: NamedImage | undefined;
  /** What keeps it from every host. */
  readonly problem: string | undefined;
}

const NOBODY: Before = { boundIn: () => [], admittedTo: () => 0 };
type Before = Pick<Beside, "boundIn" | "admittedTo">;

/**
 * What an instance of a review comes to with what it names; of one that exists, as if it had no place. `before`: those
 * of the review that would be there already.
 */
export function reviewedWish(view: ClusterView, asked: AskedInstance, before = NOBODY): ReviewedWish {
  // One that is not made yet gets another uid; of equals any host may be taken.
  const { namespace, name, uid = randomUUID(), labels = {} } = asked;
  const tail = objectTail(Instance, namespace, name);
  const record = view.status(tail)?.value;
  const own = record?.uid === uid ? record : undefined;
  const bound = own && view.bound.get(tail);
  const found = wholeSpec(view, asked, own);
  if (!found.ok) return { tail, bound, wish: undefined, image: undefined, problem: found.message };
  const wish: Wish = { uid, namespace, labels, spec: found.spec };
  const { image, missing } = resolved(view, asked);
  const problem = missing ?? barring(view, tail, { own, before }) ?? quotaProblem(view, wish, { bound, before });
  return { tail, bound, wish, image, problem };
}

/** With what its Flavor gives. A question that came around vmctl may ask for anything. */
function wholeSpec(view: ClusterView, { spec }: AskedInstance, own: StatusRecord | undefined) {
  const message = specProblem(Instance, spec);
  if (message !== undefined) return { ok: false, message } as const;
  const flavor = resolveFlavor(view, spec, own);
  return flavor.ok ? ({ ok: true, spec: withFlavor(spec, flavor.flavor?.spec) } as const) : flavor;
}

/** Who is admitted is not counted again. */
const barring = (
  view: ClusterView,
  tail: string,
  { own, before }: { own: object | undefined; before: Before },
): string | undefined =>
  own ? undefined : barred(view, tail, before.admittedTo(parseTail(tail)?.namespace ?? ""))?.message;

function resolved(view: ClusterView, { namespace, spec }: AskedInstance) {
  const image = resolveImage(view, spec);
  const found = image.ok ? image.image : undefined;
  const secrets = resolveSecrets(view, { namespace, spec, image: found });
  const missing = together(image.ok ? undefined : image.message, secrets.ok ? undefined : secrets.message);
  return { image: found, missing };
}

/** What it takes already does not count against it. */
function quotaProblem(
  view: ClusterView,
  { namespace, spec }: Wish,
  { bound, before }: { bound: BoundInstance | undefined; before: Before },
) {
  const others = before.boundIn(namespace).map(({ request }) => request);
  const beside = bound ? [...others, negated(bound.request)] : others;
  return overQuota(view, { namespace, beside, asked: resourceRequest(spec) });
}

const negated = (request: ResourceRequest): ResourceRequest =>
  Object.fromEntries(Object.entries(request).map(([name, amount]) => [name, -amount]));
