import { didYouMean } from "../../config/did-you-mean.ts";
import { UsageError } from "../../config/usage-error.ts";

const OUTPUT_FORMATS = ["wide", "json", "yaml", "name"] as const;
export type OutputFormat = "table" | (typeof OUTPUT_FORMATS)[number];

/** The value of `-o`; absent means a table. */
export function parseOutputFormat(text: string | undefined): OutputFormat {
  if (text === undefined) return "table";
  const format = OUTPUT_FORMATS.find((known) => known === text);
  if (format) return format;
  throw new UsageError(`-o ${text}: one of ${OUTPUT_FORMATS.join(", ")} expected${didYouMean(text, OUTPUT_FORMATS)}`);
}
