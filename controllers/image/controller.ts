import { type Condition, setCondition } from "../../resources/conditions.ts";
import { Image, type ImageSpec, type ImageStatus } from "../../resources/image.ts";
import { objectTail } from "../../resources/keys.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import { admissionPart, admit, readObject, removalOf } from "../cluster/admit.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { lastStepWaits, withCondition } from "../cluster/last-step.ts";
import { present } from "../cluster/present.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { UnreadableStatus } from "../cluster/unreadable-status.ts";

/** Admits Images, agrees on their digest, and keeps one that is in use. */
export class ImageController {
  readonly #deps: ControllerDeps;
  readonly #unreadable: UnreadableStatus;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#unreadable = new UnreadableStatus(deps);
  }

  async reconcile(name: string): Promise<Result> {
    const { view, clock } = this.#deps;
    const tail = objectTail(Image, undefined, name);
    if (await this.#unreadable.stops(tail)) return done();
    const facts = readObject<ImageStatus>(view, tail);
    const invalid = facts.spec && specProblem(Image, facts.spec.value.spec);
    const now = timestamp(clock);
    const record = admit<ImageStatus>(facts, { invalid, now });
    const users = usersOf(view, name);
    const waits = lastStepWaits(view, facts, record);
    if (!waits && (!record || (record.deletion && users.length === 0))) {
      if (facts.spec || facts.status) await commit(this.#deps, removalOf(facts));
      return done();
    }
    if (!record) return done();
    const news = { ...record.status, ...present(this.#news(name, record, users)) };
    const status = record.deletion && users.length === 0 ? withCondition(news, waits, now) : news;
    const part = admissionPart(facts, { ...record, status });
    if (part) await commit(this.#deps, part);
    return done();
  }

  /** The digest every copy must have, as soon as it is known, and what a deletion waits for. */
  #news(name: string, { accepted, status, deletion }: StatusRecord<ImageStatus>, users: readonly string[]) {
    const digest =
      declaredDigest(accepted?.spec as ImageSpec | undefined) ?? status.digest ?? reportedDigest(this.#deps.view, name);
    const { conditions } = status;
    const now = timestamp(this.#deps.clock);
    return { digest, conditions: deletion && users.length > 0 ? inUse(conditions ?? [], users, now) : conditions };
  }
}

function inUse(conditions: readonly Condition[], users: readonly string[], now: string): Condition[] {
  const message = `deletion waits until nothing was made from it any more: ${users.join(", ")}`;
  return setCondition(conditions, { type: "Ready", status: "False", reason: "InUse", message }, now);
}

/** A sha256 checksum is the digest; other checksums are verified by the host that downloads first. */
function declaredDigest(spec: ImageSpec | undefined): string | undefined {
  const checksum = spec?.checksum;
  return typeof checksum === "string" && checksum.startsWith("sha256:") ? checksum : undefined;
}

function usersOf(view: ClusterView, name: string): string[] {
  return [...view.all("assignedInstance", "assigned/")]
    .filter((seen) => seen.value.machine.image.name === name)
    .map((seen) => `${seen.value.namespace}/${seen.value.name}`)
    .sort();
}

/** The first digest that a host reported for an instance made from this Image. */
function reportedDigest(view: ClusterView, name: string): string | undefined {
  for (const { value: assigned } of view.all("assignedInstance", "assigned/")) {
    if (assigned.machine.image.name !== name) continue;
    const digest = view.observed(assigned.hypervisor, assigned.uid)?.value.image?.digest;
    if (digest) return digest;
  }
  return undefined;
}
