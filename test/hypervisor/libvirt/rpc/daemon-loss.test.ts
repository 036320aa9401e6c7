import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConnectionLostError } from "../../../../hypervisor/libvirt/rpc/call-error.ts";
import { LibvirtConnection } from "../../../../hypervisor/libvirt/rpc/libvirt-connection.ts";
import { LibvirtDaemon } from "../../../support/libvirt-daemon.ts";

let daemon: LibvirtDaemon;

beforeAll(async () => {
  daemon = await LibvirtDaemon.start();
});
afterAll(() => daemon.stop());

const open = (options = {}) =>
  LibvirtConnection.open({ transport: { socketPath: daemon.socketPath }, uri: "test:///default", ...options });

describe("a libvirtd that goes away", () => {
  it("killed with 50 calls under way: all 50 settle, nothing is left, the next connection works", async () => {
    const connection = await open();
    const pid = await daemon.pid();
    process.kill(pid, "SIGSTOP");
    const calls = Array.from({ length: 50 }, () => connection.node.getHostname().catch((error: unknown) => error));
    await daemon.kill();
    const errors = await Promise.all(calls);
    expect(errors.filter((error) => error instanceof ConnectionLostError).length).toBe(50);
    expect(await connection.closed).toBeInstanceOf(Error);
    await connection.close();
    await daemon.resume();
    const next = await open();
    expect(await next.node.getType()).toBe("TEST");
    await next.close();
  });

  it("stopped short of dying: keep-alive notices", async () => {
    const connection = await open({ keepAlive: { intervalMs: 50, maxMissed: 3 } });
    const pid = await daemon.pid();
    process.kill(pid, "SIGSTOP");
    try {
      await expect(connection.node.getHostname()).rejects.toMatchObject({ outcome: "unknown" });
      expect((await connection.closed)?.message).toContain("keep-alive");
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });

  it("closed by us with calls and subscriptions open: nothing is left", async () => {
    const connection = await open();
    const subscription = await connection.events.subscribe("domainLifecycle", () => {});
    const calls = Array.from({ length: 20 }, () => connection.node.getHostname().catch((error: unknown) => error));
    await connection.close();
    expect((await Promise.all(calls)).every((error) => error instanceof ConnectionLostError)).toBe(true);
    await subscription.close();
    expect(await connection.closed).toBeUndefined();
  });
});
