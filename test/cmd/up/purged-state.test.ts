import { expect, it } from "vitest";
import { resolveUpSettings } from "../../../cmd/up/resolve-up-settings.ts";
import { purgedState, type UpState } from "../../../cmd/up/up-state.ts";

const none = { path: "state.json", state: undefined };

it("the state that a purge leaves says where things are, and has no secret and no choice besides", () => {
  const flags = {
    ...{ poolDir: "/pool", libvirtSocket: "/l/sock", uri: "test:///x", contextName: "mine", name: "n1" },
    ...{ placement: "http://127.0.0.1:8778", placementToken: "hidden" },
  };
  const state = { version: 1, settings: resolveUpSettings(flags, {}, none), nodeName: "n1" } as UpState;
  expect(JSON.stringify(state)).toContain("hidden");
  const { settings, ...rest } = purgedState(state, resolveUpSettings({}, {}, none));
  expect(rest).toEqual({ version: 1, nodeName: "n1", purged: true });
  expect(settings).toMatchObject({
    poolDir: "/pool",
    libvirtSocket: "/l/sock",
    uri: "test:///x",
    contextName: "local",
  });
  expect(settings).toMatchObject({ placement: "embedded", placementToken: "admin" });
});
