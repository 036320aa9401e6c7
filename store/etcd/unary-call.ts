import type { Clock } from "../../runtime/clock.ts";
import type { CallMetadata, RawCall, RawClient } from "./endpoint.ts";
import { CallAborted, CallTimeout } from "./translate-error.ts";

export interface UnaryCall {
  readonly client: RawClient;
  readonly metadata: CallMetadata;
  readonly method: string;
  readonly payload: unknown;
}

export interface CallLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** So does the end of the connection: see Transport.onClosed. */
  readonly onClosed: (listener: () => void) => () => void;
}

/**
 * One request, one reply. The deadline is a timer of ours, not gRPC's: that one is counted on the wall clock,
 * which jumps. After timeout or abort the call is cancelled and whatever it still says is ignored.
 */
export function unaryCall<Reply>(call: UnaryCall, limits: CallLimits): Promise<Reply> {
  const { promise, resolve, reject } = withResolvers<Reply>();
  let running: RawCall | undefined;
  const giveUp = (error: Error): void => {
    reject(error);
    running?.cancel();
  };
  const onAbort = (): void => giveUp(new CallAborted("aborted"));
  // Where this process was held up itself, a reply that came meanwhile is read first: timers run before sockets.
  const onTime = () => void setImmediate(() => giveUp(new CallTimeout(limits.timeoutMs)));
  const stopTimer = limits.clock.after(limits.timeoutMs, onTime);
  const forget = limits.onClosed(onAbort);
  limits.signal?.addEventListener("abort", onAbort, { once: true });
  if (limits.signal?.aborted) onAbort();
  else
    running = call.client.unary(call.method, call.payload, call.metadata, (error, reply) =>
      error ? reject(error) : resolve(reply as Reply),
    );
  return promise.finally(() => {
    stopTimer();
    forget();
    limits.signal?.removeEventListener("abort", onAbort);
  });
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
