import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../../runtime/clock.ts";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import type { EtcdOptions } from "../../store/etcd/options.ts";
import type { Store } from "../../store/store.ts";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";
import { TestCertificates } from "./test-certificates.ts";

export interface EtcdServerOptions {
  /** More flags for etcd, e.g. `--quota-backend-bytes=16777216`. */
  readonly flags?: readonly string[];
  /** Serve TLS and demand client certificates; their common name is the user once authentication is on. */
  readonly tls?: boolean;
}

/** A range of keys that a role may read, write or both. `prefix` is in etcd's own keys, the root included. */
export interface Grant {
  readonly access: "read" | "write" | "readwrite";
  readonly prefix: string;
}

/** Among the flags, where the one given last counts: an etcd as people run it, for whoever measures one. */
export const WITH_FSYNC = "--unsafe-no-fsync=false";

/** Takes a fifth off the processor time of a server this small: no threads that look for work, few collections. */
const FRUGAL = { GOMAXPROCS: "1", GOGC: "400" };

interface Ports {
  readonly client: number;
  readonly peer: number;
  readonly metrics: number;
}

/** One real etcd: own directory, own ports, no fsync unless asked for. Its log is kept and shown when it does not come up. */
export class EtcdServer {
  readonly directory: string;
  readonly certificates: TestCertificates | undefined;
  readonly #ports: Ports;
  readonly #flags: readonly string[];
  readonly #stores = new Set<Store>();
  readonly #server: ServerProcess;
  #rootPassword: string | undefined;

  private constructor(directory: string, ports: Ports, options: EtcdServerOptions, certificates?: TestCertificates) {
    this.directory = directory;
    this.#ports = ports;
    this.#flags = options.flags ?? [];
    this.certificates = certificates;
    const environment = this.#flags.includes(WITH_FSYNC) ? {} : FRUGAL;
    this.#server = new ServerProcess({ program: "etcd", words: this.#arguments(), environment }, () => this.#healthy());
  }

  static async start(options: EtcdServerOptions = {}): Promise<EtcdServer> {
    const directory = await mkdtemp(join(tmpdir(), "vmctl-etcd-"));
    try {
      const certificates = options.tls ? await TestCertificates.create(join(directory, "pki")) : undefined;
      const ports = { client: await freePort(), peer: await freePort(), metrics: await freePort() };
      const server = new EtcdServer(directory, ports, options, certificates);
      await server.launch();
      return server;
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  get clientPort(): number {
    return this.#ports.client;
  }

  get endpoint(): string {
    return `${this.certificates ? "https" : "http"}://127.0.0.1:${this.#ports.client}`;
  }

  /** What etcd logged so far, all starts together. */
  get log(): string {
    return this.#server.log;
  }

  /** A store under a root nobody else uses; closed by stop() at the latest. */
  async store(options: Partial<EtcdOptions> = {}): Promise<EtcdStore> {
    const store = await storeOn(this.endpoint, options);
    this.#stores.add(store);
    return store;
  }

  /** Starts the process on the same ports and data, and waits until it serves. */
  launch(): Promise<void> {
    return this.#server.launch();
  }

  /** SIGKILL: what a power cut looks like to its clients. */
  kill(): Promise<void> {
    return this.#server.kill();
  }

  restart(): Promise<void> {
    return this.#server.restart();
  }

  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): Promise<void> {
    return this.#server.pause();
  }

  resume(): void {
    this.#server.resume();
  }

  async stop(): Promise<void> {
    for (const store of this.#stores) await store.close();
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Fails with etcdctl's own words. */
  async etcdctl(...args: string[]): Promise<string> {
    const files = this.certificates?.files("root");
    const tls = files ? ["--cacert", files.ca, "--cert", files.cert, "--key", files.key] : [];
    const user = this.#rootPassword === undefined ? [] : ["--user", `root:${this.#rootPassword}`];
    const { stdout } = await promisify(execFile)("etcdctl", ["--endpoints", this.endpoint, ...tls, ...user, ...args], {
      env: { ...process.env, ETCDCTL_API: "3" },
    });
    return stdout;
  }

  /** A user `name` with exactly these rights. With TLS its certificate is `certificates.credentials(name)`. */
  async addUser(name: string, password: string, grants: readonly Grant[]): Promise<void> {
    await this.etcdctl("user", "add", `${name}:${password}`);
    await this.etcdctl("role", "add", name);
    await this.etcdctl("user", "grant-role", name, name);
    for (const { access, prefix } of grants) {
      await this.etcdctl("role", "grant-permission", name, "--prefix=true", access, prefix);
    }
  }

  async enableAuth(rootPassword = "root-password"): Promise<void> {
    await this.etcdctl("user", "add", `root:${rootPassword}`);
    await this.etcdctl("user", "grant-role", "root", "root");
    await this.etcdctl("auth", "enable");
    if (!this.certificates) this.#rootPassword = rootPassword;
  }

  /** The server's own figures, in Prometheus' text format. */
  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#ports.metrics}/metrics`)).text();
  }

  /** Loses everything, as a disk that died would: starts empty on the same ports. */
  async wipe(): Promise<void> {
    await this.kill();
    await rm(join(this.directory, "data"), { recursive: true, force: true });
    await this.launch();
  }

  /** Discards all history before now; returns the revision. */
  async compact(): Promise<number> {
    const status = JSON.parse(await this.etcdctl("endpoint", "status", "-w", "json")) as {
      Status: { header: { revision: number } };
    }[];
    const revision = status[0]?.Status.header.revision ?? 0;
    await this.etcdctl("compaction", "--physical", String(revision));
    return revision;
  }

  async #healthy(): Promise<boolean> {
    const reply = await fetch(`http://127.0.0.1:${this.#ports.metrics}/health`);
    return (await reply.text()).includes("true");
  }

  #arguments(): string[] {
    const { peer, metrics } = this.#ports;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const files = this.certificates?.files("server");
    const tls = files
      ? ["--client-cert-auth", `--trusted-ca-file=${files.ca}`, `--cert-file=${files.cert}`, `--key-file=${files.key}`]
      : [];
    return [
      ...["--name=test", `--data-dir=${join(this.directory, "data")}`, "--unsafe-no-fsync", "--logger=zap"],
      ...[`--listen-client-urls=${this.endpoint}`, `--advertise-client-urls=${this.endpoint}`],
      ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      ...[`--initial-cluster=test=${peerUrl}`, `--listen-metrics-urls=http://127.0.0.1:${metrics}`],
      ...["--log-level=warn", "--grpc-keepalive-min-time=50ms", ...tls, ...this.#flags],
    ];
  }
}

/** A store under a root nobody else uses, unless the options name one. Nobody else closes it. */
export async function storeOn(endpoint: string, options: Partial<EtcdOptions>): Promise<EtcdStore> {
  // Whoever only starts servers does not load the client.
  const { openEtcdStore } = await import("../../store/etcd/open-store.ts");
  const root = `/test/${randomBytes(6).toString("hex")}/`;
  return openEtcdStore({ endpoints: [endpoint], root, clock: systemClock, ...options });
}
