import type { Session } from "../connection/session.ts";
import { printable } from "../output/cell.ts";
import { findObjects } from "../select/find-objects.ts";
import { formatReference, type Reference } from "../select/references.ts";
import type { MarkField } from "./mark-words.ts";

/** Prints the labels or annotations of objects, one a line; of several under the object's name. */
export async function listMarks(session: Session, references: readonly Reference[], field: MarkField): Promise<void> {
  const { found, failure } = await findObjects(session, { type: "objects", references });
  for (const { kind, object } of found) {
    const lines = Object.entries(object.metadata[field] ?? {}).map(([key, value]) => `${key}=${value}`);
    const heading = `${formatReference({ kind, name: object.metadata.name })}:`;
    const shown = references.length === 1 ? lines.sort() : [heading, ...lines.sort().map((line) => `  ${line}`)];
    process.stdout.write(shown.map((line) => `${printable(line)}\n`).join(""));
  }
  if (failure) throw failure;
}
