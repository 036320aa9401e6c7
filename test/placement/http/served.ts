import { openAccess } from "../../../placement/http/access.ts";
import { type ApplicationOptions, createApplication } from "../../../placement/http/application.ts";
import { type Listener, type ListenOptions, listen } from "../../../placement/http/listen.ts";
import { MemoryBackend } from "../../../placement/http/memory-backend.ts";
import { ROUTES } from "../../../placement/http/routes.ts";
import { systemClock } from "../../../runtime/clock.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, for JSON. */
  readonly body: unknown;
  readonly text: string;
}

export interface Asked {
  readonly version?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API served in this process, asked over a real socket. */
export class Served {
  readonly faults: unknown[] = [];
  readonly #listener: Listener;

  private constructor(listener: Listener, faults: unknown[]) {
    this.#listener = listener;
    this.faults = faults;
  }

  static async start(
    options: Partial<ApplicationOptions> = {},
    listening: Partial<ListenOptions> = {},
  ): Promise<Served> {
    const faults: unknown[] = [];
    const application = createApplication({
      backend: new MemoryBackend(),
      routes: ROUTES,
      access: openAccess,
      now: systemClock.now,
      onFault: (error) => faults.push(error),
      ...options,
    });
    return new Served(await listen({ application, host: "127.0.0.1", port: 0, ...listening }), faults);
  }

  get url(): string {
    return this.#listener.url;
  }
  get port(): number {
    return Number(new URL(this.url).port);
  }

  stop(): Promise<void> {
    return this.#listener.stop();
  }

  /** At 1.39 as admin, unless said otherwise. */
  async ask(method: string, path: string, { version = "1.39", body, headers = {} }: Asked = {}): Promise<Answered> {
    const reply = await fetch(this.url + path, {
      method,
      headers: {
        "x-auth-token": "admin",
        "openstack-api-version": `placement ${version}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    const isJson = reply.headers.get("content-type") === "application/json";
    return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  /** A provider with inventories, whose generation is 1 then. */
  async provider(uuid: string, inventories: object, more: object = {}): Promise<void> {
    await this.must("POST", "/resource_providers", { uuid, name: uuid, ...more });
    const body = { resource_provider_generation: 0, inventories };
    await this.must("PUT", `/resource_providers/${uuid}/inventories`, body);
  }

  async must(method: string, path: string, body?: unknown): Promise<Answered> {
    const answered = await this.ask(method, path, { body });
    if (answered.status >= 300) throw new Error(`${method} ${path}: ${answered.status} ${answered.text}`);
    return answered;
  }
}

export const claimBody = (allocations: object, consumer_generation: number | null = null): object => ({
  allocations,
  ...{ project_id: "p", user_id: "u", consumer_generation, consumer_type: "INSTANCE" },
});
