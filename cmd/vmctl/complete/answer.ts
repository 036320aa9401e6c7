import { systemClock } from "../../../runtime/clock.ts";
import { formatCompletion } from "./candidate.ts";
import { complete } from "./complete.ts";
import { DEADLINE_MS } from "./live-names.ts";

/**
 * `vmctl __complete WORD…`, which the shells' scripts call: candidates on standard output, nothing at all when anything
 * goes wrong or takes too long. Never an error: it would stand in the middle of somebody's command line.
 */
export async function answerCompletion(words: readonly string[]): Promise<void> {
  const late = new AbortController();
  const cancel = systemClock.after(DEADLINE_MS, () => late.abort());
  const gaveUp = new Promise<string>((resolve) => {
    late.signal.addEventListener("abort", () => resolve(""), { once: true });
  });
  const found = complete(words.map(unquoted), late.signal).then(formatCompletion, () => "");
  const answer = await Promise.race([found, gaveUp]);
  cancel();
  await new Promise<void>((resolve) => void process.stdout.write(answer, () => resolve()));
}

/** The shells hand words over as they were typed. */
const unquoted = (word: string): string => word.replace(/\\(.)/gs, "$1").replace(/^['"]|['"]$/g, "");
