import { expect, it } from "vitest";
import { roomFor } from "../../../controllers/cluster/barred.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { viewOf } from "../support/view.ts";

const META = { uid: "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11", generation: 1, creationTimestamp: "2030-01-01T00:00:00Z" };
const objectOf = (kind: string, names: object, spec: unknown) => ({
  apiVersion: API_VERSION,
  kind,
  metadata: { ...META, ...names },
  spec,
});

it.each([
  ["any number without limits", {}, undefined],
  ["what its limit leaves", { limits: { instances: 3 } }, 2],
  ["none while its limits cannot be read", { limits: { instances: "three" } }, 0],
])("a namespace has room for %s", (_what, spec, room) => {
  const view = viewOf({
    "spec/cluster/namespaces/team": objectOf("Namespace", { name: "team" }, spec),
    "spec/ns/team/instances/web-0": objectOf("Instance", { name: "web-0", namespace: "team" }, {}),
  });
  expect(roomFor(view, "team", "instances")).toBe(room);
});
