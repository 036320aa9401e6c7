import type { Command } from "commander";
import type { Mutate } from "../../../store/objects/update-object.ts";
import { changeObject } from "../change/change-object.ts";
import { EditFile } from "../change/edit/edit-file.ts";
import { editObject, keptText } from "../change/edit/edit-object.ts";
import { editorOf, openEditor } from "../change/edit/editor.ts";
import { withSession } from "../connection/session.ts";
import { printable } from "../output/cell.ts";
import { parseReferences, type Reference } from "../select/references.ts";
import { talkOf } from "../talk/talk-flags.ts";
import type { EditFlags } from "./edit-command.ts";

export async function runEdit(words: readonly string[], flags: EditFlags, command: Command): Promise<void> {
  const editor = editorOf(process.env);
  // No connection while somebody thinks: it would grow old, and Ctrl-C is the editor's then.
  const change = (reference: Reference, mutate: Mutate) =>
    withSession(command, (session) => changeObject(session, reference, mutate, flags));
  for (const reference of parseReferences(words)) {
    await using file = await EditFile.create(`${reference.kind.singular}-${reference.name}`);
    const world = { file, change, openEditor: (path: string) => openEditor(editor, path), warn };
    try {
      talkOf(command).say(await editObject(world, reference));
    } finally {
      if (file.isUntold) warn(keptText(file.keptAt()));
    }
  }
}

const warn = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
