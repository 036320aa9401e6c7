import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import type { Clock } from "../../runtime/clock.ts";
import type { EtcdCredentials } from "./options.ts";

export interface HttpGetOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly credentials: EtcdCredentials | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A plain GET on a connection of its own. Rejects for anything but 200. */
export async function httpGet(
  url: string,
  options: HttpGetOptions,
): Promise<{ readonly date: string | undefined; readonly body: string }> {
  const stop = new AbortController();
  const stopTimer = options.clock.after(options.timeoutMs, () => stop.abort(new Error("no answer")));
  const onAbort = (): void => stop.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const response = await respond(url, options.credentials, stop.signal);
    const body = await text(response);
    if (response.statusCode !== 200) throw new Error(`GET ${url}: ${response.statusCode}`);
    return { date: response.headers.date, body };
  } finally {
    stopTimer();
    options.signal?.removeEventListener("abort", onAbort);
  }
}

function respond(url: string, credentials: EtcdCredentials | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.startsWith("https:");
    const options = { signal, agent: false as const, ...(secure ? credentials : {}) };
    const request = (secure ? requestHttps : requestHttp)(url, options, resolve);
    request.on("error", reject).end();
  });
}
