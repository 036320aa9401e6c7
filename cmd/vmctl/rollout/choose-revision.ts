import type { InstanceTemplate } from "../../../resources/instance-set.ts";
import { revisionName, type TemplateRevision } from "../../../resources/template-revision.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";

/** The set as it stands. */
export interface PresentTemplate {
  readonly name: string;
  readonly template: InstanceTemplate;
}

/**
 * The revision to go back to: the one with this number, or (undefined) the newest whose template is not the present one.
 * CommandFailure when there is none. Pure.
 */
export function chooseRevision(
  known: readonly TemplateRevision[],
  present: PresentTemplate,
  number: number | undefined,
): TemplateRevision {
  const now = revisionName(present.name, present.template);
  const chosen =
    number === undefined
      ? known.findLast(({ name }) => name !== now)
      : known.find((revision) => revision.number === number);
  if (chosen) return chosen;
  const numbers = known.map((revision) => revision.number).join(", ") || "none";
  const missing = number === undefined ? "there is no older revision" : `there is no revision ${number}`;
  throw new CommandFailure(EXIT.failed, `instanceset/${present.name}: ${missing} (on record: ${numbers})`);
}
