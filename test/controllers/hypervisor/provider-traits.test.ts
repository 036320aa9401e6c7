import { describe, expect, it } from "vitest";
import { providerTraits } from "../../../controllers/hypervisor/provider-traits.ts";
import { aHost, broken } from "../support/a-host.ts";
import { OBSERVED_HOST } from "../support/view.ts";

const observed = { ...OBSERVED_HOST, networks: ["lan"], pools: ["fast"], traits: ["HW_CPU_X86_AVX2"] };

describe("a provider's traits", () => {
  it("are what is reported, what is declared, networks and pools", () => {
    expect(providerTraits(aHost("host-1", { observed, spec: { traits: ["CUSTOM_SSD", "HW_CPU_X86_AVX2"] } }))).toEqual([
      "CUSTOM_NETWORK_LAN",
      "CUSTOM_NETWORK_VMCTL0",
      "CUSTOM_POOL_FAST",
      "CUSTOM_SSD",
      "HW_CPU_X86_AVX2",
    ]);
  });

  it("say when it may not be used", () => {
    expect(providerTraits(aHost("host-1", { observed, spec: { unschedulable: true } }))).toContain(
      "COMPUTE_STATUS_DISABLED",
    );
    expect(providerTraits(aHost("host-1", { observed: null }))).toEqual(["COMPUTE_STATUS_DISABLED"]);
    const withoutKvm = { ...broken("KvmUsable", "GuestHangs"), spec: { virtType: "kvm" } };
    expect(providerTraits(aHost("host-1", withoutKvm))).toContain("COMPUTE_STATUS_DISABLED");
  });
});
