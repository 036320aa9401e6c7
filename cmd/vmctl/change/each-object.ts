import { CodedError } from "../../../runtime/errors.ts";
import { ObjectError } from "../../../store/objects/object-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { explainFailure } from "../explain-failure.ts";

/** eachObject, and what is to be reported at the end is, however it ends. */
export async function reportEach<Item>(
  items: readonly Item[],
  { signal, report }: { readonly signal: AbortSignal; readonly report: { end(): Promise<void> } },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  try {
    await eachObject(items, signal, work);
  } finally {
    await report.end();
  }
}

/**
 * Does the work for one after the other. What fails for one of them (it is not there, the change is refused, somebody
 * else was faster) holds none of the others back and is thrown at the end; anything else ends it at once.
 */
export async function eachObject<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    try {
      await work(item);
    } catch (error) {
      if (!isOfOneObject(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 1) throw together(failures, items.length);
  if (failures.length === 1) throw failures[0];
}

const isOfOneObject = (error: unknown): boolean =>
  error instanceof ObjectError ||
  error instanceof CommandFailure ||
  (error instanceof CodedError && error.code === "Conflict");

function together(failures: readonly unknown[], count: number): CommandFailure {
  const explained = failures.map(explainFailure);
  const lines = explained.flatMap(({ before = [], line }) => [...before, ...(line === undefined ? [] : [line])]);
  const areConflicts = explained.every(({ exitCode }) => exitCode === EXIT.conflict);
  const message = `${failures.length} of ${count} failed`;
  return new CommandFailure(areConflicts ? EXIT.conflict : EXIT.failed, message, { lines });
}
