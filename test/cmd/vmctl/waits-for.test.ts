import { describe, expect, it } from "vitest";
import { waitsFor } from "../../../cmd/vmctl/describe/waits-for.ts";

const conditions = (...list: readonly [string, string, string?][]) =>
  list.map(([type, status, message = ""]) => ({ type, status, reason: "Because", message }));
const object = (status?: object, metadata: object = {}) => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: { name: "web-1", generation: 2, ...metadata },
  spec: {},
  ...(status && { status }),
});

describe("what an object waits for", () => {
  it.each([
    ["a controller, before any looked", object(), "a controller to see it"],
    ["its deletion, whatever else is wrong", object({ hypervisor: "h" }, { deletionTimestamp: "x" }), "h to remove it"],
    [
      "its host, with what that lacks",
      object(
        {
          hypervisor: "h",
          conditions: [
            { type: "Ready", status: "False", reason: "Terminating", message: "waits for h: start it again" },
          ],
        },
        { deletionTimestamp: "x" },
      ),
      "h to remove it (waits for h: start it again)",
    ],
    ["the controller, when no host has it", object({}, { deletionTimestamp: "x" }), "the controller to finish"],
    [
      "what was made from it, before it can go",
      object(
        { conditions: [{ type: "Ready", status: "False", reason: "InUse", message: "default/web-1" }] },
        { deletionTimestamp: "x" },
      ),
      "others to let go of it (default/web-1)",
    ],
    [
      "a change, when it is refused",
      object({ conditions: conditions(["Accepted", "False", "spec.x is not a field"], ["Scheduled", "False"]) }),
      "a change of its manifest (Because: spec.x is not a field)",
    ],
    ["controllers that are behind", object({ observedGeneration: 1 }), "act on generation 2 (now at 1)"],
    [
      "room",
      object({ observedGeneration: 2, conditions: conditions(["Ready", "False"], ["Scheduled", "False", "no room"]) }),
      "a hypervisor that takes it (Because: no room); `vmctl describe hypervisors`",
    ],
    [
      "another manifest, when the request makes no sense",
      object({
        conditions: [{ type: "Scheduled", status: "False", reason: "InvalidRequest", message: "unknown trait" }],
      }),
      "a change of its manifest (InvalidRequest: unknown trait)",
    ],
    [
      "its namespace, when that has its share",
      object(
        { conditions: [{ type: "Scheduled", status: "False", reason: "QuotaExceeded", message: "full" }] },
        { namespace: "team" },
      ),
      "room in its namespace (QuotaExceeded: full); `vmctl describe namespace team`",
    ],
    [
      "what it names and is not there",
      object({
        observedGeneration: 2,
        conditions: [{ type: "Scheduled", status: "False", reason: "SecretNotFound", message: "no such" }],
      }),
      "what its spec names (SecretNotFound: no such)",
    ],
    [
      "a recreate, when its guest has read something else",
      object({ conditions: conditions(["Ready", "True"], ["GuestConfigApplied", "False", "spec.sshKeys"]) }),
      "vmctl recreate instance/web-1` (spec.sshKeys)",
    ],
    [
      "more room, though it runs",
      object({
        conditions: conditions(["Ready", "True"], ["Allocated", "False", "too much"], ["RestartRequired", "True"]),
      }),
      "room for what is asked for now (Because: too much); `vmctl describe hypervisors`",
    ],
    [
      "instances that are behind, though all are ready",
      object({ conditions: conditions(["Ready", "True"], ["Updated", "False", "1 of 2"]) }),
      "its instances to have the present template (Because: 1 of 2)",
    ],
    [
      "nothing more when it was stopped",
      object({ phase: "Stopped", conditions: conditions(["Ready", "False"]) }),
      "stopped",
    ],
    [
      "a restart",
      object({ phase: "Running", conditions: conditions(["Ready", "True"], ["RestartRequired", "True", "vcpu"]) }),
      "vmctl restart instance/web-1` (vcpu)",
    ],
  ])("%s", (_, given, want) => expect(waitsFor(given)).toContain(want));

  it("is nothing when it is ready and asks for nothing", () => {
    const ready = object({ phase: "Running", observedGeneration: 2, conditions: conditions(["Ready", "True"]) });
    expect(waitsFor(ready)).toBeUndefined();
  });
});
