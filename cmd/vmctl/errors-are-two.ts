import { CommandFailure } from "./command-failure.ts";
import { EXIT } from "./exit-code.ts";

/**
 * For commands of which status 1 is an answer: whatever fails otherwise with 1 ends with 2. `answers`: reasons of failures
 * that are answers as well.
 */
export async function errorsAreTwo(work: () => Promise<void>, answers: readonly string[] = []): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.failed) throw error;
    const { reason, details, lines } = error;
    if (reason !== undefined && answers.includes(reason)) throw error;
    throw new CommandFailure(EXIT.usage, error.message, {
      ...{ cause: error, lines },
      ...(reason !== undefined && { reason }),
      ...(details && { details }),
    });
  }
}
