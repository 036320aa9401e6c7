import { describe, expect, it } from "vitest";
import { createLog } from "../../runtime/create-log.ts";
import { CodedError } from "../../runtime/errors.ts";
import { silentLog } from "../../runtime/log.ts";

describe("the log", () => {
  it("writes one JSON object a line, fields of the child first known", () => {
    const lines: string[] = [];
    const log = createLog({ level: "info", write: (line) => lines.push(line) }).child({ controller: "scheduler" });
    log.info({ key: "default/web" }, "bound");
    log.debug({}, "not shown at info");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      controller: "scheduler",
      key: "default/web",
      message: "bound",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(lines[0]).toMatch(/\n$/);
  });

  it("puts the fields of a child to each of its lines, and to those of its children", () => {
    const lines: string[] = [];
    const log = createLog({ level: "info", write: (line) => lines.push(line) }).child({ controller: "node" });
    const pass = log.child({ key: "web", reconcileId: 1 });
    pass.debug({}, "not shown at info");
    pass.info({ step: "start" }, "step");
    pass.child({ more: true }).warn({ error: new Error("full") }, "failed");
    pass.error({ key: "other" }, "odd");
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: "info", controller: "node", key: "web", reconcileId: 1, step: "start" }),
      expect.objectContaining({
        level: "warn",
        key: "web",
        more: true,
        error: expect.objectContaining({ message: "full" }),
      }),
      expect.objectContaining({ level: "error", key: "other", message: "odd" }),
    ]);
  });

  it("writes an error with type, code, stack and cause", () => {
    const lines: string[] = [];
    const error = new CodedError("Unavailable", "etcd is away", { cause: new Error("ECONNREFUSED") });
    createLog({ level: "error", write: (line) => lines.push(line) }).error({ error }, "failed");
    expect(JSON.parse(lines[0] ?? "").error).toMatchObject({
      type: "CodedError",
      code: "Unavailable",
      message: "etcd is away",
      stack: expect.stringContaining("log.test"),
      cause: { message: "ECONNREFUSED" },
    });
  });

  it("writes for people when asked", () => {
    const lines: string[] = [];
    const log = createLog({ level: "debug", pretty: true, write: (line) => lines.push(line) });
    log.warn({ key: "default/web", reason: "no room", tries: 3, error: new Error("full") }, "not bound");
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d WARN {2}not bound key=default\/web reason="no room" tries=3 error="full"\n$/,
    );
  });

  it("can say nothing", () => {
    silentLog.child({ a: 1 }).error({ error: new Error("x") }, "nobody hears this");
  });
});
