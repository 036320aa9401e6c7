import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import type { Store } from "../../../store/store.ts";
import { E2eProgram } from "../../../test/support/e2e-program.ts";
import { EtcdServer, WITH_FSYNC } from "../../../test/support/etcd.ts";
import { eventually } from "../../../test/support/eventually.ts";
import { childPrograms, type ProcessFigure, processFigure } from "../process-figures.ts";
import { type RawWrites, rawWrites } from "./raw-writes.ts";
import { putImage } from "./spec-writer.ts";
import { StandInHosts } from "./stand-in-hosts.ts";

/** `fleet`: simulated hypervisors with real node controllers. `stand-in`: they only report and beat. */
export type HostKind = "fleet" | "stand-in";

export interface ScheduleClusterOptions {
  /** Where main.js of this checkout is. */
  readonly main: string;
  readonly kind: HostKind;
  readonly hosts: number;
  /** URL of an OpenStack Placement; absent: the embedded engine. */
  readonly placement?: string;
  /** How long each figure of raw writes takes. */
  readonly rawSeconds?: number;
}

const PATIENCE_MS = 15 * 60_000;
const SETTLE_MS = 2_000;
const PROBE = join(import.meta.dirname, "heap-probe.mjs");

/** Etcd with fsync, a controller and hosts in order; without TLS. */
export class ScheduleCluster {
  readonly etcd: EtcdServer;
  readonly store: Store;
  readonly controller: E2eProgram;
  /** Before anything else ran. */
  readonly raw: RawWrites;
  readonly hosts: number;
  #standIn: StandInHosts | undefined;
  #fleet: E2eProgram | undefined;

  private constructor(options: ScheduleClusterOptions, etcd: EtcdServer, store: Store, raw: RawWrites) {
    const { main, hosts, placement } = options;
    this.etcd = etcd;
    this.store = store;
    this.raw = raw;
    this.hosts = hosts;
    const where = placement === undefined ? [] : [`--placement=${placement}`, "--cluster=bench"];
    this.controller = new E2eProgram("controller", [
      ...[process.execPath, "--expose-gc", "--import", PROBE, ...profiled("controller"), main],
      ...["controller", `--endpoints=${etcd.endpoint}`, "--root=/vmctl/", ...where],
    ]);
  }

  static async start(options: ScheduleClusterOptions): Promise<ScheduleCluster> {
    const etcd = await EtcdServer.start({ flags: [WITH_FSYNC, "--quota-backend-bytes=8589934592"] });
    try {
      const raw = await rawWrites(etcd, options.rawSeconds ?? 2);
      const cluster = new ScheduleCluster(options, etcd, await etcd.store({ root: "/vmctl/" }), raw);
      await cluster.#open(options).catch(async (error: unknown) => {
        console.error(cluster.controller.log.slice(-4_000));
        await cluster.stop();
        throw error;
      });
      return cluster;
    } catch (error) {
      await etcd.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#standIn?.stop();
    await this.#fleet?.terminate();
    await this.controller.terminate();
    await this.etcd.stop();
  }

  /** Processor time of each program and of this one, which writes the specs. */
  processorSeconds(): Readonly<Record<string, number>> {
    const { user, system } = process.cpuUsage();
    const others = [...childPrograms()].map(([name, pid]) => [name, processFigure(pid).cpuSeconds] as const);
    return { ...Object.fromEntries(others), bench: (user + system) / 1e6 };
  }

  processOf(name: string): ProcessFigure & { readonly pid: number } {
    const pid = childPrograms().get(name);
    if (pid === undefined) throw new Error(`no ${name} runs`);
    return { ...processFigure(pid), pid };
  }

  async #open({ main, kind, hosts }: ScheduleClusterOptions): Promise<void> {
    this.controller.start();
    await putImage(this.store);
    if (kind === "fleet") await this.#startFleet(main, hosts);
    else {
      this.#standIn = new StandInHosts(this.store, hosts);
      await this.#standIn.start();
    }
    await eventually(async () => (await this.#inOrder()) >= hosts, { deadlineMs: PATIENCE_MS, everyMs: 500 });
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }

  async #startFleet(main: string, hosts: number): Promise<void> {
    const template = join(this.etcd.directory, "host.json");
    const inventory = { vcpu: { total: 64 }, memory: { total: "256Gi" }, disk: { total: "2Ti" } };
    const host = { apiVersion: API_VERSION, kind: Hypervisor.kind, metadata: { name: "host" }, spec: { inventory } };
    await writeFile(template, JSON.stringify(host));
    const words = [`--endpoints=${this.etcd.endpoint}`, "--root=/vmctl/", `--count=${hosts}`, `--template=${template}`];
    this.#fleet = new E2eProgram("fleet", [process.execPath, ...profiled("fleet"), main, "fleet", ...words]);
    this.#fleet.start();
  }

  /** How many hosts take instances and are known to Placement. */
  async #inOrder(): Promise<number> {
    const { entries } = await this.store.list(["status/cluster/hypervisors/"]);
    return entries.filter(({ value }) => isTrue(value, "Ready") && isTrue(value, "PlacementSynced")).length;
  }
}

/** Where VMCTL_BENCH_PROFILE asks for profiles, a program leaves one there when it ends. */
function profiled(program: string): readonly string[] {
  const folder = process.env["VMCTL_BENCH_PROFILE"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${join(folder, program)}`];
}

interface Stored {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
const isTrue = (text: string, wanted: string): boolean =>
  ((JSON.parse(text) as Stored).status?.conditions ?? []).some(
    ({ type, status }) => type === wanted && status === "True",
  );
