import type { LiveObject } from "../../../../apply/plan-apply.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { formatDocument } from "../../output/format-document.ts";
import { formatReference, type Reference } from "../../select/references.ts";
import { shownDocument } from "../shown-document.ts";
import type { EditNote } from "./edit-text.ts";
import { fieldDifferences } from "./field-differences.ts";

/** What is on the editor's screen. */
export interface Round {
  /** The object that was shown. */
  readonly base: LiveObject;
  readonly body: string;
  readonly notes: readonly EditNote[];
  /** How it ends when the person gives up now; absent: nothing has gone wrong yet. */
  readonly givenUp?: { readonly exitCode: ExitCode; readonly why: string };
}

export async function firstRound(base: LiveObject): Promise<Round> {
  return { base, body: await formatDocument(shownDocument(base), "yaml"), notes: [] };
}

/** The same text once more, with what is wrong with it. */
export function sameAgain({ base, body }: Round, reference: Reference, notes: readonly EditNote[]): Round {
  const heading = { text: `${formatReference(reference)} was not stored:` };
  const givenUp = { exitCode: EXIT.failed, why: `what was saved is not valid (${notes[0]?.text ?? ""})` };
  return { base, body, notes: [heading, ...notes, { text: "" }], givenUp };
}

/** The object as it is now, with what somebody else changed of the one that was shown. `kept`: where the text is. */
export async function freshRound(base: LiveObject, live: LiveObject, reference: Reference, kept: string) {
  const lines = fieldDifferences(reference.kind, base.object, live.object);
  const notes = [
    { text: `${formatReference(reference)} was changed by somebody else meanwhile:` },
    ...lines.map((line) => ({ text: `  ${line}` })),
    { text: `Below is what it is now; ${kept}` },
    { text: "" },
  ];
  const why = `it was changed by somebody else meanwhile: ${kept}`;
  return { ...(await firstRound(live)), notes, givenUp: { exitCode: EXIT.conflict, why } } satisfies Round;
}
