import { describe, expect, it } from "vitest";
import { type PowerAction, planPower, STOPPED_FROM } from "../../../cmd/vmctl/power/plan-power.ts";
import type { RunStrategyName } from "../../../resources/instance.ts";
import { ANNOTATION } from "../../../resources/meta.ts";

type Annotations = Readonly<Record<string, string>>;
const { power, restart } = ANNOTATION;
const plan = (action: PowerAction, runStrategy: RunStrategyName | undefined, annotations: Annotations = {}) =>
  planPower(action, { name: "web-1", spec: runStrategy ? { runStrategy } : {}, annotations }, "token");
const change = (annotations: Readonly<Record<string, string | undefined>>, runStrategy?: RunStrategyName) =>
  expect.objectContaining({ kind: "change", annotations, ...(runStrategy && { runStrategy }) });
const kind = (name: "unchanged" | "refused") => expect.objectContaining({ kind: name });

const CASES: readonly [PowerAction, RunStrategyName | undefined, Annotations, unknown][] = [
  ["stop", "Always", {}, change({ [STOPPED_FROM]: "Always" }, "Halted")],
  ["stop", undefined, {}, change({ [STOPPED_FROM]: "Always" }, "Halted")],
  ["stop", "Once", {}, change({ [STOPPED_FROM]: "Once" }, "Halted")],
  ["stop", "Halted", {}, kind("unchanged")],
  ["stop", "Manual", {}, kind("unchanged")],
  ["stop", "Manual", { [power]: "On" }, change({ [power]: "Off" })],
  ["stop", "Manual", { [power]: "Off" }, kind("unchanged")],
  ["stop", "RerunOnFailure", {}, change({ [power]: "Off" })],
  ["stop", "RerunOnFailure", { [power]: "Off" }, kind("unchanged")],
  ["start", "Halted", {}, expect.objectContaining({ kind: "change", runStrategy: "Always" })],
  ["start", "Halted", { [STOPPED_FROM]: "Always" }, expect.objectContaining({ runStrategy: "Always" })],
  ["start", "Halted", { [STOPPED_FROM]: "Once" }, change({ [STOPPED_FROM]: undefined, [power]: "On" }, "Manual")],
  ["start", "Always", {}, kind("unchanged")],
  ["start", "Always", { [power]: "Off" }, change({ [power]: undefined })],
  ["start", "Once", {}, kind("refused")],
  ["start", "Manual", {}, change({ [power]: "On" })],
  ["start", "Manual", { [power]: "Off" }, change({ [power]: "On" })],
  // Told to run before and off all the same: the guest did it itself.
  ["start", "Manual", { [power]: "On" }, change({ [power]: "On", [restart]: "token" })],
  ["start", "RerunOnFailure", {}, change({ [power]: "On", [restart]: "token" })],
  ["start", "RerunOnFailure", { [power]: "Off" }, change({ [power]: "On" })],
  ["restart", "Always", {}, change({ [restart]: "token" })],
  ["restart", undefined, {}, change({ [restart]: "token" })],
  ["restart", "RerunOnFailure", {}, change({ [restart]: "token" })],
  ["restart", "Manual", { [power]: "On" }, change({ [restart]: "token" })],
  ["restart", "Manual", {}, kind("refused")],
  ["restart", "RerunOnFailure", { [power]: "Off" }, kind("refused")],
  ["restart", "Halted", {}, kind("refused")],
  ["restart", "Once", {}, kind("refused")],
];

describe("start, stop and restart by runStrategy", () => {
  it.each(CASES)("%s on %s with %j", (action, strategy, annotations, want) => {
    expect(plan(action, strategy, annotations)).toEqual(want);
  });

  it("says how to start what is stopped", () => {
    expect(plan("restart", "Halted")).toMatchObject({ because: expect.stringContaining("vmctl start instance/web-1") });
  });
});
