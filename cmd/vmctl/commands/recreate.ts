import type { Command } from "commander";
import { type Condition, findCondition } from "../../../resources/conditions.ts";
import { INSTANCE_CONDITION } from "../../../resources/instance-status.ts";
import { ANNOTATION } from "../../../resources/meta.ts";
import { nextToken } from "../../../resources/next-token.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { withAnnotations } from "../change/with-annotations.ts";
import { CommandFailure } from "../command-failure.ts";
import { confirm } from "../confirm.ts";
import { withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { findObjects } from "../select/find-objects.ts";
import { formatReference, parseReferences } from "../select/references.ts";

export async function runRecreate(words: readonly string[], yes: boolean, command: Command): Promise<void> {
  const references = parseReferences(words);
  const other = references.find(({ kind }) => kind.kind !== "Instance");
  if (other) throw new UsageError(`only instances can be recreated, not ${formatReference(other)}`);
  await withSession(command, async (session) => {
    const { found, failure } = await findObjects(session, { type: "objects", references });
    if (failure) throw failure;
    process.stderr.write(found.map(({ object }) => whatIsLost(object)).join(""));
    if (!yes && !(await confirm("Go on?", session.signal)))
      throw new CommandFailure(EXIT.failed, "nothing was changed");
    const now = systemClock.now();
    for (const reference of references) {
      await changeObject(session, reference, (stored) => {
        const token = nextToken(now, stored.metadata.annotations?.[ANNOTATION.recreate]);
        return withAnnotations(stored, { [ANNOTATION.recreate]: token });
      });
      session.talk.say(`${formatReference(reference)} recreating`);
    }
  });
}

function whatIsLost({ metadata, status }: JoinedObject): string {
  const { hypervisor, conditions = [] } = (status ?? {}) as { hypervisor?: string; conditions?: Condition[] };
  const pending = findCondition(conditions, INSTANCE_CONDITION.recreateRequired);
  const why = pending?.status === "True" ? ` Takes effect with it: ${pending.message}.` : "";
  const where = hypervisor === undefined ? "" : ` on ${hypervisor}`;
  return `instance/${metadata.name}: its disk${where} is removed with everything on it, and made anew from the image.${why}\n`;
}
