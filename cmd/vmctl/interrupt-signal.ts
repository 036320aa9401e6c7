import { setMaxListeners } from "node:events";
import { EXIT } from "./exit-code.ts";
import { Interrupted } from "./interrupted.ts";

/** How long a command may take to stop after Ctrl-C before the process ends anyway. */
const GRACE_MS = 2_000;

/**
 * A signal that aborts at the first Ctrl-C or SIGTERM, with Interrupted as reason. The second one, or two seconds,
 * end the process at once. Disposing gives the process its own handling back.
 */
export function interruptSignal(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  // Every request under way listens; a command may ask for many objects at once.
  setMaxListeners(0, controller.signal);
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Interrupted());
    setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => void process.off("SIGINT", onSignal).off("SIGTERM", onSignal),
  };
}
