import { describe, expect, it } from "vitest";
import { hypervisorStatusOf } from "../../../controllers/hypervisor/status.ts";
import { aHost, broken, type HostParts } from "../support/a-host.ts";

const NOW = "2030-01-01T00:00:00Z";

function readyOf(parts: HostParts) {
  const { conditions = [] } = hypervisorStatusOf({
    ...{ facts: aHost("host-1", parts), status: {}, deleted: false, waitsFor: [], assignments: [], inventories: {} },
    ...{ traits: [], placementProblem: undefined, now: NOW },
  });
  return conditions.find(({ type }) => type === "Ready");
}

const kvm = (reason: string, virtType?: string): HostParts => ({
  ...broken("KvmUsable", reason),
  spec: virtType === undefined ? {} : { virtType },
});

describe("a host without KVM", () => {
  it.each(["NoDevice", "LibvirtRefuses", "GuestHangs", "GuestFails"])("is not Ready when told to use it: %s", (why) => {
    const ready = readyOf(kvm(why, "kvm"));
    expect(ready).toMatchObject({ status: "False", reason: "KvmUnusable", message: expect.stringContaining(why) });
    expect(ready?.message).toMatch(/set spec\.virtType to qemu or auto.*vmctl doctor/);
  });

  it.each(["qemu", "auto", undefined])("is Ready with virtType %s", (virtType) => {
    expect(readyOf(kvm("NoDevice", virtType))).toMatchObject({ status: "True", reason: "Serving" });
  });

  it.each(["Unknown", "NoProbeKernel", "ProbeFailed", "NoAccess", "Simulated"])(
    "is taken at its manifest's word while nothing is proved: %s",
    (why) => {
      expect(readyOf(kvm(why, "kvm"))).toMatchObject({ status: "True", reason: "Serving" });
    },
  );

  it("says first what else is broken", () => {
    const parts = { ...broken("LibvirtReachable", "LibvirtUnreachable"), spec: { virtType: "kvm" } };
    expect(readyOf(parts)).toMatchObject({ status: "False", reason: "LibvirtUnreachable" });
  });
});
