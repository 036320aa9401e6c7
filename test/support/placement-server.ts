import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { PlacementFile } from "./placement-file.ts";
import { ServerProcess } from "./server-process.ts";

const PROGRAM = join(import.meta.dirname, "placement-api.py");
/** Not each request: nobody reads it. The others are as they are when nothing is said. */
const LOG_LEVELS = "placement.requestlog=WARNING,sqlalchemy=WARNING,stevedore=WARNING,routes=INFO";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface PlacementServerOptions {
  /** As SQLAlchemy writes it: an empty database of a server. Two processes then. Default: SQLite. */
  readonly connection?: string;
}

/**
 * One real OpenStack Placement (Debian's placement-api under uWSGI) on SQLite in a directory of its own. One
 * process, because SQLite under several answers "database is locked". No-auth: the token is `admin`.
 */
export class PlacementServer {
  readonly directory: string;
  readonly port: number;
  readonly #server: ServerProcess;
  readonly #connection: string | undefined;
  /** Absent with a database server. */
  readonly #file: PlacementFile | undefined;

  private constructor(directory: string, port: number, { connection }: PlacementServerOptions) {
    this.#connection = connection;
    if (connection === undefined) this.#file = new PlacementFile(join(directory, "placement.db"));
    this.directory = directory;
    this.port = port;
    const environment = { OS_PLACEMENT_CONFIG_DIR: directory, PYTHONDONTWRITEBYTECODE: "1" };
    const command = { program: "uwsgi", words: this.#arguments(), environment };
    this.#server = new ServerProcess(command, () => this.#healthy());
  }

  static async start(options: PlacementServerOptions = {}): Promise<PlacementServer> {
    const server = new PlacementServer(await mkdtemp(join(tmpdir(), "vmctl-placement-")), await freePort(), options);
    try {
      await server.#configure();
      if (!(await server.#file?.giveEmpty())) await server.#createTables();
      await server.launch();
      await server.#file?.keepEmpty();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process on the same port and database, and waits until it serves. */
  launch(): Promise<void> {
    return this.#server.launch();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  restart(): Promise<void> {
    return this.#server.restart();
  }

  /** SIGSTOP: connections are accepted by the kernel and nobody answers. */
  pause(): Promise<void> {
    return this.#server.pause();
  }

  resume(): void {
    this.#server.resume();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A raw request as a stranger would make it, at 1.39. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const reply = await fetch(this.endpoint + path, {
      method,
      headers: {
        "x-auth-token": "admin",
        "openstack-api-version": "placement 1.39",
        "content-type": "application/json",
        // uWSGI closes after each answer without a word: a second request on the connection may meet its end.
        connection: "close",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** Empties it, but for the standard names: the next test finds what the first one found. */
  async reset(): Promise<void> {
    if (!this.#file) return this.#removeAll();
    // One process answers one request after the other: what was asked before is done when this is answered.
    await this.#healthy();
    await this.#file.putBack();
  }

  /** Removes every allocation, provider, custom trait and custom class. Consumers without allocations stay. */
  async #removeAll(): Promise<void> {
    const providers = await this.#listing<{ uuid: string }>("/resource_providers", "resource_providers");
    // Children were made after their parents, which cannot go before them.
    for (const { uuid } of providers.toReversed()) {
      const { body } = await this.request("GET", `/resource_providers/${uuid}/allocations`);
      const { allocations } = body as { allocations: Record<string, unknown> };
      for (const consumer of Object.keys(allocations)) await this.request("DELETE", `/allocations/${consumer}`);
      await this.request("DELETE", `/resource_providers/${uuid}`);
    }
    for (const name of await this.#listing<string>("/traits?name=startswith:CUSTOM_", "traits"))
      await this.request("DELETE", `/traits/${name}`);
    for (const { name } of await this.#listing<{ name: string }>("/resource_classes", "resource_classes"))
      if (name.startsWith("CUSTOM_")) await this.request("DELETE", `/resource_classes/${name}`);
  }

  async #listing<T>(path: string, field: string): Promise<readonly T[]> {
    const { body } = await this.request("GET", path);
    return (body as Record<string, readonly T[]>)[field] ?? [];
  }

  async #healthy(): Promise<boolean> {
    return (await fetch(this.endpoint, { headers: { accept: "application/json" } })).ok;
  }

  get #configuration(): string {
    return join(this.directory, "placement.conf");
  }

  #configure(): Promise<void> {
    const connection = this.#connection ?? `sqlite:///${this.#file?.path}\nsqlite_synchronous = False`;
    return writeFile(
      this.#configuration,
      `[DEFAULT]\ndefault_log_levels = ${LOG_LEVELS}\n` +
        `[api]\nauth_strategy = noauth2\n` +
        `[placement_database]\nconnection = ${connection}\n` +
        `[oslo_policy]\nenforce_scope = False\nenforce_new_defaults = False\n`,
    );
  }

  async #createTables(): Promise<void> {
    await promisify(execFile)("placement-manage", ["--config-file", this.#configuration, "db", "sync"]);
  }

  // No master process for one: the one that is spawned serves, so signals reach it and nothing is orphaned.
  #arguments(): string[] {
    const two = ["--processes", "2", "--master", "--lazy-apps", "--no-orphans"];
    const processes = this.#connection === undefined ? ["--processes", "1"] : two;
    return [
      ...["--plugins", "python3", "--http-socket", `127.0.0.1:${this.port}`, ...processes, "--need-app"],
      ...["--buffer-size", "65535", "--disable-logging", "--wsgi-file", PROGRAM],
    ];
  }
}
