import { openAccess, tokenAccess } from "../../placement/http/access.ts";
import { createApplication } from "../../placement/http/application.ts";
import type { PlacementBackend } from "../../placement/http/backend.ts";
import { type Listener, listen } from "../../placement/http/listen.ts";
import { MemoryBackend } from "../../placement/http/memory-backend.ts";
import { RESET_ROUTE } from "../../placement/http/reset-route.ts";
import { ROUTES } from "../../placement/http/routes.ts";
import { ClusterBackend } from "../../placement/http/stored/cluster-backend.ts";
import { DurableBackend } from "../../placement/http/stored/durable-backend.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Component } from "../../runtime/manager.ts";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import type { SettingValues } from "../config/setting.ts";
import type { BuildParts } from "../program/run-parts.ts";
import { openConnection } from "../vmctl/connection/open-connection.ts";
import { type Choice, chooseBackend } from "./choose-backend.ts";
import type { ServeFlags } from "./command.ts";
import { checkReach, type ListenAddress, parseListenAddress } from "./listen-address.ts";
import type { PLACEMENT_SETTINGS } from "./settings.ts";

type Values = SettingValues<typeof PLACEMENT_SETTINGS>;

/** The parts of the program; whatever is wrong with its flags is said before any of them starts. */
export async function placementParts(flags: ServeFlags, values: Values): Promise<BuildParts> {
  const address = parseListenAddress(values.listen);
  checkReach(address, values.token);
  const choice = await chooseBackend(flags, values);
  return async ({ log }) => {
    const kept = new KeptBackend(choice, log);
    return {
      components: [kept, new Serving({ kept, address, values, log })],
      checks: { placement: () => (kept.ready ? undefined : "its state is not read yet") },
    };
  };
}

/** Where the state is kept, from start to stop. */
class KeptBackend implements Component {
  readonly name = "state";
  readonly #choice: Choice;
  readonly #log: Log;
  #store: EtcdStore | undefined;
  #backend: PlacementBackend | undefined;

  constructor(choice: Choice, log: Log) {
    this.#choice = choice;
    this.#log = log;
  }

  get ready(): boolean {
    return this.#backend !== undefined;
  }

  get backend(): PlacementBackend {
    if (!this.#backend) throw new Error("the state is not open");
    return this.#backend;
  }

  async start(signal: AbortSignal): Promise<void> {
    if (this.#choice.kind === "memory") {
      this.#backend = new MemoryBackend();
      return;
    }
    const store = await openConnection(this.#choice.connection);
    this.#store = store;
    try {
      const open = this.#choice.kind === "durable" ? DurableBackend.open : ClusterBackend.open;
      this.#backend = await open({ store, clock: systemClock, log: this.#log }, signal);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#backend?.close();
    await this.#store?.close();
  }
}

interface ServingParts {
  readonly kept: KeptBackend;
  readonly address: ListenAddress;
  readonly values: Values;
  readonly log: Log;
}

class Serving implements Component {
  readonly name = "http";
  readonly #parts: ServingParts;
  #listener: Listener | undefined;

  constructor(parts: ServingParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { kept, address, values, log } = this.#parts;
    const application = createApplication({
      backend: kept.backend,
      routes: values.allowReset ? [...ROUTES, RESET_ROUTE] : ROUTES,
      access: values.token === undefined ? openAccess : tokenAccess(values.token),
      now: systemClock.now,
      onFault: (error, requestId) => log.error({ error, requestId }, "a request failed"),
    });
    this.#listener = await listen({ application, ...address });
    log.info({ url: this.#listener.url }, "serves");
  }

  async stop(): Promise<void> {
    await this.#listener?.stop();
  }
}
