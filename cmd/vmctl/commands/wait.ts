import type { Command } from "commander";
import { parseDuration } from "../../config/duration.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { chooseReferences } from "../select/choose-references.ts";
import { checkConditionType } from "../select/condition-type.ts";
import { parseWaitCondition } from "../select/wait-condition.ts";
import { awaitObjects } from "../wait/await-objects.ts";
import type { WaitFlags } from "./wait-command.ts";

export async function runWait(words: readonly string[], flags: WaitFlags, command: Command): Promise<void> {
  const condition = parseWaitCondition(flags.for);
  const timeoutMs = parseTimeout(flags.timeout);
  await withSession(command, async (session) => {
    const references = await chooseReferences(session, words, flags, "wait for");
    if (references.length === 0) throw new CommandFailure(EXIT.failed, "there is nothing to wait for");
    const kinds = new Set(references.map(({ kind }) => kind));
    for (const line of checkConditionType(condition.type, kinds)) session.talk.note(line);
    await awaitObjects(session, { references, condition, timeoutMs }, session.talk.say);
  });
}

/** Milliseconds of a `--timeout`. */
export function parseTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new UsageError(`--timeout ${text}: a duration such as 90s or 5m expected`);
  return ms;
}
