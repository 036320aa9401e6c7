import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Stands before a Placement without authentication as keystonemiddleware stands before one with it: who has no good
 * token gets 401, except at the root; the rest is passed on as `admin`.
 */
export class TokenDoor {
  /** Tokens that were let through, in order. */
  readonly admitted: string[] = [];
  refused = 0;
  readonly #server: Server;

  private constructor(port: number, knows: (token: string) => boolean) {
    this.#server = createServer((request, response) => {
      const token = String(request.headers["x-auth-token"] ?? "");
      if (request.url !== "/" && !knows(token)) {
        this.refused++;
        return refuse(response);
      }
      if (request.url !== "/") this.admitted.push(token);
      pass(request, response, port);
    });
  }

  /** Before the server on this port of the loopback. */
  static async start(port: number, knows: (token: string) => boolean): Promise<TokenDoor> {
    const door = new TokenDoor(port, knows);
    await new Promise<void>((resolve) => door.#server.listen(0, "127.0.0.1", resolve));
    return door;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function refuse(response: ServerResponse): void {
  const message = "The request you have made requires authentication.";
  response.writeHead(401, { "www-authenticate": "Keystone uri='http://keystone'", "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, code: 401, title: "Unauthorized" } }));
}

function pass(request: IncomingMessage, response: ServerResponse, port: number): void {
  const headers = { ...request.headers, "x-auth-token": "admin" };
  const onward = httpRequest(
    { host: "127.0.0.1", port, method: request.method, path: request.url, headers },
    (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    },
  );
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}
