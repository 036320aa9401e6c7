import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { listenMetrics, type MetricsListener, type ReadyCheck } from "../../runtime/listen-metrics.ts";
import { createMetrics } from "../../runtime/metrics.ts";

let listener: MetricsListener | undefined;

afterEach(async () => {
  await listener?.stop();
  listener = undefined;
});

async function listen(checks: Record<string, ReadyCheck> = {}, address = "127.0.0.1:0") {
  const metrics = createMetrics();
  listener = await listenMetrics({ address, metrics, checks });
  const base = `http://${listener.address}`;
  const get = async (path: string, method: "GET" | "POST" = "GET") => {
    const { statusCode, body } = await request(base + path, { method });
    return { status: statusCode, text: await body.text() };
  };
  return { metrics, get };
}

describe("the metrics listener", () => {
  it("shows the figures of its own registry", async () => {
    const { metrics, get } = await listen();
    metrics.gauge({ name: "vmctl_sample", help: "a sample" })(7);
    expect((await get("/metrics")).text).toContain("vmctl_sample 7");
  });

  it("is healthy as long as it answers", async () => {
    const { get } = await listen({ etcd: () => "away" });
    expect(await get("/healthz")).toEqual({ status: 200, text: "ok\n" });
  });

  it("is ready only when every check says so, and names each", async () => {
    let etcd: string | undefined = "no answer from 127.0.0.1:2379";
    const { get } = await listen({
      etcd: () => etcd,
      libvirt: async () => undefined,
    });
    expect(await get("/readyz")).toEqual({ status: 503, text: "etcd: no answer from 127.0.0.1:2379\nlibvirt: ok\n" });
    etcd = undefined;
    expect(await get("/readyz?verbose")).toEqual({ status: 200, text: "etcd: ok\nlibvirt: ok\n" });
  });

  it("takes a check that throws for not ready", async () => {
    const { get } = await listen({ etcd: () => Promise.reject(new Error("socket closed")) });
    expect(await get("/readyz")).toEqual({ status: 503, text: "etcd: socket closed\n" });
  });

  it("refuses other paths and methods", async () => {
    const { get } = await listen();
    expect([(await get("/")).status, (await get("/metrics", "POST")).status]).toEqual([404, 405]);
  });

  it("listens on IPv6 and says a bad address clearly", async () => {
    const { get } = await listen({}, "[::1]:0");
    expect((await get("/healthz")).status).toBe(200);
    for (const address of ["9180", "localhost", "127.0.0.1:99999", "::1:80"]) {
      await expect(listenMetrics({ address, metrics: createMetrics(), checks: {} })).rejects.toMatchObject({
        code: "InvalidAddress",
      });
    }
  });

  it("says that a port is taken", async () => {
    await listen();
    const address = listener?.address ?? "";
    await expect(listenMetrics({ address, metrics: createMetrics(), checks: {} })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});
