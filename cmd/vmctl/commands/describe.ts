import type { Command } from "commander";
import { withSession } from "../connection/session.ts";
import { describeObject } from "../describe/describe-object.ts";
import { readEvents } from "../events/read-events.ts";
import { findObjects } from "../select/find-objects.ts";
import { parseLabelSelector } from "../select/label-selector.ts";
import { parseSelection } from "../select/references.ts";

export async function runDescribe(
  words: readonly string[],
  flags: { selector?: string },
  command: Command,
): Promise<void> {
  const selection = parseSelection(words);
  const byLabels = flags.selector === undefined ? undefined : parseLabelSelector(flags.selector);
  await withSession(command, async (session) => {
    const { found, failure } = await findObjects(session, selection);
    const shown = found.filter(({ object }) => byLabels?.(object.metadata.labels) ?? true);
    const now = session.clock.now();
    const texts = await Promise.all(
      shown.map(async ({ object }) => {
        const { uid } = object.metadata;
        return describeObject(object, uid === undefined ? [] : await readEvents(session, uid), now);
      }),
    );
    process.stdout.write(texts.join("\n\n"));
    if (failure) throw failure;
    if (shown.length === 0) process.stderr.write("No resources found.\n");
  });
}
