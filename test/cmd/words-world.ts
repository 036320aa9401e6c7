import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { StoredObject } from "../../resources/meta.ts";
import type { Store } from "../../store/store.ts";
import { putAll } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";
import type { CliResult } from "./cli.ts";
import { StandInController } from "./stand-in-controller.ts";
import { runWords } from "./vmctl/run-words.ts";

/** Command lines in this process, on an etcd of their own; by `me` unless they say otherwise. */
export class WordsWorld {
  readonly #server: EtcdServer;
  readonly store: Store;
  readonly controllers: StandInController;
  readonly folder: string;

  private constructor(server: EtcdServer, store: Store, folder: string) {
    this.#server = server;
    this.store = store;
    this.folder = folder;
    this.controllers = new StandInController(store);
  }

  static async start(): Promise<WordsWorld> {
    const server = await EtcdServer.start();
    const folder = await mkdtemp(join(tmpdir(), "vmctl-words-"));
    vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
    vi.stubEnv("VMCTL_ROOT", "/words/");
    vi.stubEnv("VMCTL_FIELD_MANAGER", "me");
    vi.stubEnv("HOME", "/nonexistent");
    return new WordsWorld(server, await server.store({ root: "/words/" }), folder);
  }

  async stop(): Promise<void> {
    vi.unstubAllEnvs();
    await this.#server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  run(...words: string[]): Promise<CliResult> {
    return runWords(...words);
  }

  /** Standard output; fails unless the status is 0. */
  async out(...words: string[]): Promise<string> {
    const { status, out, err } = await runWords(...words);
    if (status !== 0) throw new Error(`vmctl ${words.join(" ")} ended with ${status}: ${err}`);
    return out;
  }

  async file(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  /** Instances of these names, as `ci` has applied them. */
  async applied(...names: string[]): Promise<void> {
    const path = await this.file(`${names.join("-")}-applied.yaml`, names.map((name) => instance(name)).join("---\n"));
    await this.out("apply", "-f", path, "--field-manager=ci");
  }

  /** Controllers have found a place for it. */
  async bound(name: string): Promise<void> {
    const { uid } = (await this.spec(name)).metadata;
    const binding = { hypervisor: "host-1", epoch: 1, boundAt: "2030-01-02T03:04:05Z" };
    const record = { uid, specCreateRevision: 1, binding, status: {} };
    await putAll(this.store, { [`status/ns/default/instances/${name}`]: JSON.stringify(record) });
  }

  spec(name: string): Promise<StoredObject<Record<string, unknown>>> {
    return this.controllers.spec(name);
  }

  async revision(): Promise<number> {
    return (await this.store.list(["spec/"])).revision;
  }

  /** `ci Apply: spec.image …`, one for each manager and operation. */
  async ownersOf(name: string): Promise<string[]> {
    const { managedFields } = (await this.spec(name)).metadata;
    const entries = managedFields as { manager: string; operation: string; fields: string[] }[];
    return entries.map(({ manager, operation, fields }) => `${manager} ${operation}: ${fields.join(" ")}`);
  }
}

/** A manifest. */
export const instance = (name: string, spec = "{image: {name: tiny}, resources: {vcpu: 1}}", metadata = ""): string =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n`;
