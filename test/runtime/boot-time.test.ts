import { uptime } from "node:os";
import { expect, it } from "vitest";
import { bootTime } from "../../runtime/boot-time.ts";
import { eventually } from "../support/eventually.ts";

it("is the machine's uptime in milliseconds, and moves on", async () => {
  const before = uptime() * 1000;
  const told = bootTime();
  const after = uptime() * 1000;
  expect(told).toBeGreaterThanOrEqual(before);
  expect(told).toBeLessThanOrEqual(after);
  await eventually(() => expect(bootTime()).toBeGreaterThan(told));
});
