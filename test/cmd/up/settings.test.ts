import { describe, expect, it } from "vitest";
import { changedFlags, resolveUpSettings } from "../../../cmd/up/resolve-up-settings.ts";
import type { UpState } from "../../../cmd/up/up-state.ts";

const resolve = (flags: object, environment = {}, settings?: UpState["settings"]) =>
  resolveUpSettings({ ...flags }, environment, {
    path: "/data/state.json",
    state: settings && ({ settings } as UpState),
  });

describe("the settings of vmctl up", () => {
  it("are the defaults at first", () => {
    expect(resolve({})).toMatchObject({ placement: "embedded", uri: "qemu:///system", contextName: "local" });
  });

  it("are remembered, and a flag counts before what is remembered", () => {
    const before = resolve({ placement: "http://127.0.0.1:8778", imageDirs: ["/a", "/b"], name: "host-1" });
    expect(resolve({}, {}, before)).toEqual(before);
    const after = resolve({ placement: "embedded" }, {}, before);
    expect(after).toEqual({ ...before, placement: "embedded" });
    expect(changedFlags(before, after)).toEqual(["--placement"]);
    expect(changedFlags(before, before)).toEqual([]);
  });

  it("call the context of simulated hypervisors by another name, unless it was given one", () => {
    expect(resolve({ simulated: "64" })).toMatchObject({ simulated: 64, contextName: "simulated" });
    expect(resolve({ simulated: "64", contextName: "mine" }).contextName).toBe("mine");
    const before = resolve({ simulated: "64" });
    expect(changedFlags(before, resolve({}, {}, before))).toEqual([]);
  });

  it("come from the environment too", () => {
    expect(resolve({}, { VMCTL_PLACEMENT: "http://127.0.0.1:1" }).placement).toBe("http://127.0.0.1:1");
  });
});
