import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CodedError, messageOf } from "./errors.ts";
import type { Metrics } from "./metrics.ts";

/** Undefined when ready, otherwise what is missing, in words. A throw counts as not ready. */
export type ReadyCheck = () => string | undefined | Promise<string | undefined>;

export interface MetricsListener {
  /** `host:port` as bound; the port is real when 0 was asked for. */
  readonly address: string;
  /** Ends open connections too. */
  stop(): Promise<void>;
}

export interface MetricsListenerOptions {
  /** `127.0.0.1:9180`, `[::1]:9180`, or `:9180` for all interfaces. */
  readonly address: string;
  readonly metrics: Metrics;
  /** Asked at each `/readyz`; must answer quickly. */
  readonly checks: Readonly<Record<string, ReadyCheck>>;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/**
 * `/metrics` in the Prometheus text format, `/healthz` (200 as long as the process answers), `/readyz` (200, or 503
 * with a line for each check). Read-only and without secrets; still meant for a private address.
 */
export async function listenMetrics(options: MetricsListenerOptions): Promise<MetricsListener> {
  const { host, port } = parseAddress(options.address);
  const server = createServer((request, response) => {
    void answer(request.method ?? "", request.url ?? "/", options).then(({ status, type, body }) => {
      response.writeHead(status, { "content-type": type ?? "text/plain; charset=utf-8" }).end(body);
    });
  });
  await listening(server, host, port);
  return {
    address: formatAddress(server.address() as AddressInfo),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Never rejects. */
async function answer(method: string, url: string, options: MetricsListenerOptions): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "GET only\n" };
  try {
    switch (url.split("?", 1)[0]) {
      case "/metrics":
        return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: await options.metrics.text() };
      case "/healthz":
        return { status: 200, body: "ok\n" };
      case "/readyz":
        return await readiness(options.checks);
      default:
        return { status: 404, body: "try /metrics, /healthz or /readyz\n" };
    }
  } catch (error) {
    return { status: 500, body: `${messageOf(error)}\n` };
  }
}

async function readiness(checks: Readonly<Record<string, ReadyCheck>>): Promise<Answer> {
  const problems = await Promise.all(Object.values(checks).map(problemOf));
  const lines = Object.keys(checks).map((name, index) => `${name}: ${problems[index] ?? "ok"}\n`);
  const ready = problems.every((problem) => problem === undefined);
  return { status: ready ? 200 : 503, body: lines.join("") || "ok\n" };
}

async function problemOf(check: ReadyCheck): Promise<string | undefined> {
  try {
    return await check();
  } catch (error) {
    return messageOf(error);
  }
}

function parseAddress(address: string): { host: string | undefined; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new CodedError("InvalidAddress", `"${address}" is not host:port`);
  return { host: match[1] ?? (match[2] || undefined), port };
}

const formatAddress = ({ address, port }: AddressInfo): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

function listening(server: Server, host: string | undefined, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
