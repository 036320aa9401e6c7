import type { Agent, Dispatcher } from "undici";
import type { ImageLogin } from "../../../resources/assignment.ts";
import { HypervisorError, isHypervisorError } from "../../hypervisor-error.ts";

const MAX_REDIRECTS = 8;

export interface TextOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** HTTP basic authentication (RFC 7617). */
export const loginHeaders = (login: ImageLogin | undefined): Readonly<Record<string, string>> =>
  login === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}` };

export interface HttpTimeouts {
  /** How long a server may say nothing, in milliseconds (default 30 s). */
  readonly silenceMs?: number;
}

/**
 * GET over http(s) with redirects; owns its connections. Codes: ImageNotFound, ImageUnreachable. A login is given to the
 * host that was named and to no other: storage behind a redirect has signed URLs, and need not be as trustworthy.
 */
export class HttpSource {
  readonly #silenceMs: number;
  /** From the first request on: a node whose images are files needs no HTTP. */
  #agent: Promise<Agent> | undefined;

  constructor({ silenceMs = 30_000 }: HttpTimeouts = {}) {
    this.#silenceMs = silenceMs;
  }

  /** The answer to the last redirect: status 200, 206 or 416; its body must be read or destroyed. */
  async get(
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { authorization: _login, ...open } = headers;
    let at = new URL(url);
    const { origin } = at;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await this.#request(at, at.origin === origin ? headers : open, signal);
      if (response.statusCode < 300 || response.statusCode >= 400) return accepted(response, at);
      at = redirectTarget(response, at);
      await response.body.dump();
    }
    throw new HypervisorError("ImageUnreachable", `${url}: more than ${MAX_REDIRECTS} redirects`);
  }

  /** A small text, at most `limit` bytes. */
  async text(url: string, limit: number, { headers = {}, signal }: TextOptions): Promise<string> {
    const { body } = await this.get(url, headers, signal);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new HypervisorError("ImageUnreachable", `${url}: larger than ${limit} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }

  async #open(): Promise<Agent> {
    const { Agent } = await import("undici");
    return new Agent({
      headersTimeout: this.#silenceMs,
      bodyTimeout: this.#silenceMs,
      connect: { timeout: Math.min(this.#silenceMs, 10_000) },
      keepAliveTimeout: 1000,
    });
  }

  async #request(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    this.#agent ??= this.#open();
    const [{ request }, dispatcher] = await Promise.all([import("undici"), this.#agent]);
    try {
      return await request(url, {
        dispatcher,
        signal,
        headers: { "accept-encoding": "identity", "user-agent": "vmctl", ...headers },
      });
    } catch (error) {
      if (signal.aborted || isHypervisorError(error)) throw error;
      const said = error instanceof Error ? error.message || error.name : String(error);
      throw new HypervisorError("ImageUnreachable", `${shown(url)}: ${said}`, { cause: error });
    }
  }
}

/** For messages that end in a status: what follows the path may be a signature that opens the storage. */
const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

async function accepted(response: Dispatcher.ResponseData, url: URL): Promise<Dispatcher.ResponseData> {
  const { statusCode: status } = response;
  if (status === 200 || status === 206 || status === 416) return response;
  await response.body.dump();
  const code = status === 404 || status === 410 ? "ImageNotFound" : "ImageUnreachable";
  const hint = status === 401 || status === 403 ? " (it asks for credentials, or for others)" : "";
  throw new HypervisorError(code, `${shown(url)}: HTTP status ${status}${hint}`);
}

/** A redirect from https to http would give up what the user asked for. */
function redirectTarget(response: Dispatcher.ResponseData, from: URL): URL {
  const location = response.headers["location"];
  const target = typeof location === "string" ? URL.parse(location, from.href) : null;
  const allowed = target?.protocol === "https:" || (target?.protocol === "http:" && from.protocol === "http:");
  if (target && allowed) return target;
  throw new HypervisorError(
    "ImageUnreachable",
    `${shown(from)}: refused redirect to ${target ? shown(target) : "no URL"}`,
  );
}
