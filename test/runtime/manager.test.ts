import { describe, expect, it } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { type Component, startManager } from "../../runtime/manager.ts";

function recorder() {
  const seen: string[] = [];
  const component = (name: string, faults: Partial<Record<"start" | "stop", Error>> = {}): Component => ({
    name,
    start: async () => {
      if (faults.start) throw faults.start;
      seen.push(`+${name}`);
    },
    stop: async () => {
      if (faults.stop) throw faults.stop;
      seen.push(`-${name}`);
    },
  });
  return { seen, component };
}

const calm = () => ({ log: silentLog, signal: new AbortController().signal });

describe("the manager", () => {
  it("starts in order and stops in reverse, once", async () => {
    const { seen, component } = recorder();
    const manager = await startManager([component("a"), component("b"), component("c")], calm());
    await Promise.all([manager.stop(), manager.stop()]);
    expect(seen).toEqual(["+a", "+b", "+c", "-c", "-b", "-a"]);
  });

  it("stops what it had started when a start fails, and throws the cause", async () => {
    const { seen, component } = recorder();
    const cause = new Error("port taken");
    const starting = startManager([component("a"), component("b", { start: cause }), component("c")], calm());
    await expect(starting).rejects.toBe(cause);
    expect(seen).toEqual(["+a", "-a"]);
  });

  it("throws the cause of the start even when the clean-up fails too", async () => {
    const { component } = recorder();
    const cause = new Error("port taken");
    const components = [component("a", { stop: new Error("stuck") }), component("b", { start: cause })];
    await expect(startManager(components, calm())).rejects.toBe(cause);
  });

  it("goes on stopping when one stop fails, then says which", async () => {
    const { seen, component } = recorder();
    const manager = await startManager([component("a"), component("b", { stop: new Error("stuck") })], calm());
    await expect(manager.stop()).rejects.toMatchObject({ errors: [{ message: "b did not stop" }] });
    expect(seen).toEqual(["+a", "+b", "-a"]);
  });

  it("starts nothing further once the signal aborted", async () => {
    const { seen, component } = recorder();
    const abort = new AbortController();
    const interrupting: Component = { ...component("a"), start: async () => abort.abort(new Error("told to end")) };
    const starting = startManager([interrupting, component("b")], { log: silentLog, signal: abort.signal });
    await expect(starting).rejects.toThrow("told to end");
    expect(seen).toEqual(["-a"]);
  });
});
