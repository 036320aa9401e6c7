import type { StoreErrorCode } from "../../../store/store.ts";
import type { StoreError } from "../../../store/store-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";

/** What an etcd error means to whoever has to mend it, in one line; `endpoints` is where etcd was looked for. */
export function explainStoreFailure(error: StoreError, endpoints: readonly string[]): CommandFailure {
  const hint = HINT[error.code]?.(endpoints.join(", "));
  const line = hint === undefined ? error.message : `${hint} (${tidyStoreMessage(error.message)})`;
  return new CommandFailure(EXIT_OF[error.code] ?? EXIT.failed, line, { cause: error, details: { endpoints } });
}

/** Without what gRPC puts around the one thing that helps. For the eye only: nothing is decided by it. */
export const tidyStoreMessage = (text: string): string =>
  text
    .replace(/\d+ UNAVAILABLE: (No connection established\. Last error: (Error: )?)?/, "")
    .replace(/\.? Resolution note:\s*$/, "");

const EXIT_OF: Partial<Record<StoreErrorCode, ExitCode>> = { Aborted: EXIT.interrupted, Invalid: EXIT.usage };

const HINT: Partial<Record<StoreErrorCode, (endpoints: string) => string>> = {
  Unavailable: (endpoints) =>
    `cannot reach etcd at ${endpoints}: check that it runs (the one of \`vmctl up\`: \`vmctl doctor\`), that the address is right and that its certificate fits --cacert`,
  UnknownOutcome: (endpoints) =>
    `etcd at ${endpoints} did not answer a write, which may or may not have happened: look with \`vmctl get\`, then run the same command again`,
  Denied: () => "etcd refuses this user: check --cert and --key, and the role with `vmctl auth check`",
  Compacted: () => "the revision asked for is gone from etcd: run the command again",
  TooLarge: () => "too large for one request to etcd",
};
