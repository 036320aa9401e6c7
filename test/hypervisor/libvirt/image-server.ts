import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An image server on 127.0.0.1 whose every path behaves as a test says. */
export class ImageServer {
  /** Every request, as `METHOD path range`. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #handlers = new Map<string, Handler>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const { method, url = "/", headers } = request;
      this.requests.push([method, url, headers.range].filter(Boolean).join(" "));
      const handler = this.#handlers.get(url) ?? ((_, missing) => void missing.writeHead(404).end("no such image"));
      handler(request, response);
    });
  }

  static async start(): Promise<ImageServer> {
    const server = new ImageServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  on(path: string, handler: Handler): string {
    this.#handlers.set(path, handler);
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  }

  /** Serves the bytes; `Range` is honoured for the version that `If-Range` names. */
  serve(path: string, content: Buffer): string {
    return this.on(path, (request, response) => send(request, response, content, content.length));
  }

  /** Ends the connection after at most `bytes` of body, each time. */
  serveCut(path: string, content: Buffer, bytes: number): string {
    return this.on(path, (request, response) => send(request, response, content, bytes));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function send(request: IncomingMessage, response: ServerResponse, content: Buffer, atMost: number): void {
  const etag = `"${createHash("sha1").update(content).digest("hex")}"`;
  const wanted = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const from = request.headers["if-range"] === etag ? wanted : 0;
  const body = content.subarray(from);
  if (from > 0) response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
  response.writeHead(from > 0 ? 206 : 200, { "content-length": body.length, etag });
  if (atMost >= body.length) return void response.end(body);
  response.write(body.subarray(0, atMost), () => setImmediate(() => response.destroy()));
}
