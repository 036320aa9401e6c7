import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../runtime/clock.ts";

interface Endpoint {
  readonly interface: string;
  readonly url: string;
  readonly region?: string;
}

/**
 * Keystone's token API and no more of it: real HTTP, tokens that expire and can be revoked. Passwords count by user
 * name or id, application credentials by id. Its idea of the time of day is its own (2001), as a server's may be.
 */
export class FakeKeystone {
  readonly passwords = new Map<string, string>();
  readonly credentials = new Map<string, string>();
  endpoints: readonly Endpoint[] = [];
  lifetimeMs = 3_600_000;
  /** Answered instead of a token, if set; `hang` answers nothing. */
  trouble: { readonly status: number; readonly body: string } | "hang" | undefined;
  /** Bodies of the requests for tokens so far. */
  readonly logins: unknown[] = [];
  readonly #tokens = new Map<string, number>();
  readonly #clock: Clock;
  readonly #server: Server;

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(clock: Clock): Promise<FakeKeystone> {
    const fake = new FakeKeystone(clock);
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get authUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/identity`;
  }

  /** As the middleware before a service asks. */
  knows(token: string): boolean {
    return (this.#tokens.get(token) ?? 0) > this.#clock.boottime();
  }

  revokeAll(): void {
    this.#tokens.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== "POST" || request.url !== "/identity/v3/auth/tokens")
      return refuse(response, 404, "The resource could not be found.");
    const body = JSON.parse(Buffer.concat(chunks).toString()) as TokenRequest;
    this.logins.push(body);
    if (this.trouble === "hang") return;
    if (this.trouble) return void response.writeHead(this.trouble.status).end(this.trouble.body);
    if (!this.#isRight(body)) return refuse(response, 401, "The request you have made requires authentication.");
    this.#issue(body, response);
  }

  #isRight({ auth }: TokenRequest): boolean {
    const { methods, password, application_credential: credential } = auth.identity;
    if (isDeepStrictEqual(methods, ["password"]) && password)
      return this.passwords.get(password.user.name ?? password.user.id ?? "") === password.user.password;
    return credential !== undefined && this.credentials.get(credential.id ?? "") === credential.secret;
  }

  #issue({ auth }: TokenRequest, response: ServerResponse): void {
    const token = `gAAAA-${randomUUID()}`;
    const issued = Date.parse("2001-01-01T00:00:00Z") + this.#clock.boottime();
    this.#tokens.set(token, this.#clock.boottime() + this.lifetimeMs);
    // A token without a scope has no catalogue.
    const isScoped = auth.scope !== undefined || auth.identity.application_credential !== undefined;
    const catalog = [
      { type: "identity", endpoints: [] },
      { type: "placement", name: "placement", endpoints: this.endpoints.map(endpointDocument) },
    ];
    const times = { issued_at: timeOf(issued), expires_at: timeOf(issued + this.lifetimeMs) };
    response.writeHead(201, { "content-type": "application/json", "x-subject-token": token });
    response.end(JSON.stringify({ token: { methods: auth.identity.methods, ...times, ...(isScoped && { catalog }) } }));
  }
}

interface TokenRequest {
  readonly auth: {
    readonly identity: {
      readonly methods: readonly string[];
      readonly password?: {
        readonly user: { readonly id?: string; readonly name?: string; readonly password: string };
      };
      readonly application_credential?: { readonly id?: string; readonly secret: string };
    };
    readonly scope?: unknown;
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");
const endpointDocument = ({ region = "RegionOne", ...rest }: Endpoint) => ({ ...rest, region, region_id: region });

function refuse(response: ServerResponse, code: number, message: string): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { code, message, title: "Unauthorized" } }));
}
