import { didYouMean } from "../../../resources/did-you-mean.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { UsageError } from "../../config/usage-error.ts";

/**
 * Whether objects of these kinds can have a condition of this type, in any case of letters (undefined: it is not a
 * condition that is waited for): an unknown one would be waited for until the time is over. UsageError for what looks
 * like a slip. Anything else somebody's own tool, or a newer vmctl, may write: then a line for each kind that says so.
 */
export function checkConditionType(type: string | undefined, kinds: ReadonlySet<KindInfo>): readonly string[] {
  if (type === undefined) return [];
  const strange = [...kinds].filter((kind) => !has(kind, type));
  for (const kind of strange) refuseSlip(kind, type);
  return strange.map(
    (kind) => `${noSuch(kind, type)} of ours (${typesOf(kind).join(", ")}): waiting for somebody else's`,
  );
}

function refuseSlip(kind: KindInfo, type: string): void {
  const hint = didYouMean(type, typesOf(kind));
  if (hint) throw new UsageError(noSuch(kind, type) + hint);
}

const typesOf = ({ conditions = {} }: KindInfo): readonly string[] => Object.values(conditions);

const has = (kind: KindInfo, type: string): boolean =>
  typesOf(kind).some((known) => known.toLowerCase() === type.toLowerCase());

const noSuch = ({ plural }: KindInfo, type: string): string => `${plural} have no condition "${type}"`;
