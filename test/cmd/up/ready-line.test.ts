import { expect, it } from "vitest";
import { dataLayout } from "../../../cmd/up/data-layout.ts";
import { readyLine } from "../../../cmd/up/ready-line.ts";
import type { UpState } from "../../../cmd/up/up-state.ts";

const state = { settings: { contextName: "simulated" }, contextFile: "/c.yaml" } as UpState;

it.each([
  ["local", ' is now current (was "local")'],
  [undefined, " is now current"],
  ["simulated", ""],
])("up says from which context everything turns: %s", (before, want) => {
  expect(readyLine(dataLayout("/data"), state, before)).toBe(
    `vmctl is up. Context "simulated" in /c.yaml${want}; logs in /data/logs`,
  );
});
