import { expect, it } from "vitest";
import { BeatWatch } from "../../../cmd/fleet/beat-watch.ts";
import { silentLog } from "../../../runtime/log.ts";
import { createMetrics } from "../../../runtime/metrics.ts";

it("counts what took longer than a third of the TTL, and complains once about each", async () => {
  const lines: object[] = [];
  const metrics = createMetrics();
  const beats = new BeatWatch(15, { metrics, log: { ...silentLog, warn: (fields) => void lines.push(fields) } });
  for (const ms of [3, 5_000, 40]) beats.acknowledged(ms);
  beats.warn();
  expect(lines).toEqual([]);
  beats.acknowledged(5_001);
  beats.warn();
  beats.warn();
  const figures = { acknowledged: 4, late: 1, worstMs: 5_001 };
  expect(lines).toEqual([figures]);
  expect(beats.figures).toEqual(figures);
  const text = await metrics.text();
  expect(text).toContain("vmctl_heartbeats_late_total 1");
  expect(text).toContain("vmctl_heartbeat_worst_seconds 5.001");
  expect(text).toContain("vmctl_heartbeat_seconds_count 4");
});
