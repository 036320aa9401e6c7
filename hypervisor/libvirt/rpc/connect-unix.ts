import { createConnection, type Socket } from "node:net";

/** A connected unix socket; rejects with Node's error (ENOENT, ECONNREFUSED, EACCES) or the signal's reason. */
export function connectUnix(path: string, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const socket = createConnection({ path });
    const settle = (finish: () => void) => {
      signal?.removeEventListener("abort", onAbort);
      socket.removeAllListeners("connect").removeAllListeners("error");
      finish();
    };
    const fail = (error: unknown) =>
      settle(() => {
        socket.destroy();
        reject(error as Error);
      });
    const onAbort = () => fail(signal?.reason);
    socket.once("connect", () => settle(() => resolve(socket)));
    socket.once("error", fail);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
