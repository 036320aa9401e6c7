import type { Command } from "commander";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { INSTANCE_CONDITION, type InstanceStatus } from "../../../resources/instance-status.ts";
import { ANNOTATION, type StoredObject } from "../../../resources/meta.ts";
import { nextToken } from "../../../resources/next-token.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { withAnnotations } from "../change/with-annotations.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { type PowerAction, type PowerPlan, planPower } from "../power/plan-power.ts";
import { formatReference, parseReferences, type Reference } from "../select/references.ts";

const DONE: Readonly<Record<PowerAction, string>> = { stop: "stopping", start: "starting", restart: "restarting" };

export async function runPower(action: PowerAction, words: readonly string[], command: Command): Promise<void> {
  const references = parseReferences(words);
  const other = references.find(({ kind }) => kind.kind !== "Instance");
  if (other) throw new UsageError(`only instances ${action}, not ${formatReference(other)}`);
  await withSession(command, async (session) => {
    for (const reference of references) await power(session, action, reference);
  });
}

async function power(session: Session, action: PowerAction, reference: Reference): Promise<void> {
  const now = systemClock.now();
  let plan: PowerPlan | undefined;
  await changeObject(session, reference, (stored) => {
    const token = nextToken(now, stored.metadata.annotations?.[ANNOTATION.restart]);
    plan = planPower(action, facts(stored), token);
    return plan.kind === "change" ? carriedOut(stored, plan) : stored;
  });
  if (!plan) return;
  const name = formatReference(reference);
  if (plan.kind === "refused") throw new CommandFailure(EXIT.failed, `${name} not ${action}ed: ${plan.because}`);
  const said = plan.kind === "unchanged" ? `unchanged (${plan.because})` : DONE[action];
  const unheard = plan.kind === "change" ? await whyUnheard(session, reference) : undefined;
  session.talk.say(`${name} ${said}${unheard === undefined ? "" : `, once its manifest is accepted (${unheard})`}`);
}

/** Nothing of a manifest that is not accepted happens. */
async function whyUnheard({ objects, connection, signal }: Session, { kind, name, namespace }: Reference) {
  const object = await objects.get(kind, namespace ?? connection.namespace, name, { signal });
  const { conditions = [] } = (object?.status ?? {}) as Pick<InstanceStatus, "conditions">;
  const accepted = conditions.find(({ type, status }) => type === INSTANCE_CONDITION.accepted && status === "False");
  return accepted && `${accepted.reason}: ${accepted.message}`;
}

function facts(stored: StoredObject): Parameters<typeof planPower>[1] {
  const { name, annotations = {} } = stored.metadata;
  if (stored.metadata.deletionTimestamp !== undefined)
    throw new CommandFailure(EXIT.failed, `${name} is being deleted`);
  return { name, spec: stored.spec as InstanceSpec, annotations };
}

function carriedOut(stored: StoredObject, plan: PowerPlan & { kind: "change" }): StoredObject {
  const spec = stored.spec as InstanceSpec;
  const changed = plan.runStrategy === undefined ? spec : { ...spec, runStrategy: plan.runStrategy };
  return { ...withAnnotations(stored, plan.annotations), spec: changed };
}
