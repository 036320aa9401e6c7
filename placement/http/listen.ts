import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Application, Received, Reply } from "./application.ts";
import { errorDocument } from "./error-document.ts";
import { HttpProblem } from "./http-problem.ts";
import { readBody } from "./read-body.ts";

export interface ListenOptions {
  readonly application: Application;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** For a whole request to arrive; whoever takes longer is told 408. */
  readonly requestTimeoutMs?: number;
  readonly largestBody?: number;
}

export interface Listener {
  /** `http://host:port` as bound. */
  readonly url: string;
  /** Ends open connections too. */
  stop(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** Queries with many groups are long; uwsgi in front of upstream is commonly set to as much. */
const LARGEST_HEADERS = 64 * 1024;

/** Serves an application over HTTP/1.1. Whatever a client sends, others are not made to wait for it. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const server = createServer({
    maxHeaderSize: LARGEST_HEADERS,
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: Math.ceil(requestTimeout / 10),
  });
  const inTurn = createTurns();
  server.on("request", (request, response) => inTurn(request.socket, () => handle(request, response, options)));
  server.on("clientError", refuseBytes);
  await listening(server, options);
  return {
    url: urlOf(server.address() as AddressInfo),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Requests sent ahead on one connection are carried out one after the other, as their sender means them: Node alone
 * would only answer in that order.
 */
function createTurns(): (socket: Socket, work: () => Promise<void>) => void {
  const last = new WeakMap<Socket, Promise<void>>();
  return (socket, work) => void last.set(socket, (last.get(socket) ?? Promise.resolve()).then(work));
}

async function handle(request: IncomingMessage, response: ServerResponse, options: ListenOptions): Promise<void> {
  const reply = await options.application(received(request, options));
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, ...lengthOf(reply) });
  // A body that nobody wanted to read would be taken for the next request.
  const leftOver = !request.complete && reply.headers["connection"] === "close";
  response.end(reply.text, () => leftOver && request.destroy());
}

/** 204 has no body, hence no length either. */
const lengthOf = ({ status, text }: Reply): Record<string, number> =>
  status === 204 ? {} : { "content-length": Buffer.byteLength(text) };

function received(request: IncomingMessage, { largestBody }: ListenOptions): Received {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(",")]);
  return {
    method: request.method ?? "",
    url: request.url ?? "/",
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: () => readBody(request, largestBody),
  };
}

/** What never became a request: it is answered in the same form, and the connection ends. */
const BYTE_PROBLEMS: Readonly<Record<string, readonly [status: number, reason: string, detail: string]>> = {
  HPE_INVALID_CONTENT_LENGTH: [400, "Bad Request", "content-length header must be an integer"],
  HPE_HEADER_OVERFLOW: [
    431,
    "Request Header Fields Too Large",
    `The query and headers are larger than ${LARGEST_HEADERS} bytes.`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "The request did not arrive in time."],
};

function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, reason, detail] = BYTE_PROBLEMS[error.code ?? ""] ?? [400, "Bad Request", "This is not HTTP."];
  const { type, text } = errorDocument(new HttpProblem(status, detail), {
    requestId: "-",
    version: undefined,
    accept: undefined,
  });
  const head = [`HTTP/1.1 ${status} ${reason}`, `content-type: ${type}`, `content-length: ${Buffer.byteLength(text)}`];
  socket.end(`${[...head, "connection: close"].join("\r\n")}\r\n\r\n${text}`);
}

const urlOf = ({ address, port }: AddressInfo): string =>
  `http://${address.includes(":") ? `[${address}]` : address}:${port}`;

function listening(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
