import { didYouMean } from "../../../resources/did-you-mean.ts";
import { UsageError } from "../../config/usage-error.ts";

/** The value of a command's `-o`, one of those it has; absent when not given. UsageError for another. */
export function oneOfFormats<Format extends string>(
  text: string | undefined,
  formats: readonly Format[],
): Format | undefined {
  if (text === undefined) return undefined;
  const format = formats.find((known) => known === text);
  if (format) return format;
  throw new UsageError(`-o ${text}: one of ${formats.join(", ")} expected${didYouMean(text, formats)}`);
}
