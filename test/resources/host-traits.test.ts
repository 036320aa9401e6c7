import { describe, expect, it } from "vitest";
import { imageTraits, interfaceTraits, networkTrait, poolTrait, traitsOfHost } from "../../resources/host-traits.ts";
import { OBSERVED_HOST } from "../controllers/support/view.ts";

const NETWORK_READY = OBSERVED_HOST.facts.NetworkReady;

describe("traits by names", () => {
  it.each([
    ["lan", "CUSTOM_NETWORK_LAN"],
    ["vmctl0", "CUSTOM_NETWORK_VMCTL0"],
    ["a_b", "CUSTOM_NETWORK_A_B"],
  ])("say a plain name: %s", (name, want) => {
    expect(networkTrait(name)).toBe(want);
  });

  it("tell apart names of which something is lost, and are traits all the same", () => {
    const names = ["a-b", "a.b", "a_b", "A_b", "a b", "LAN", "lan", "ü", "Ü", "", "x".repeat(300), "x".repeat(301)];
    const traits = names.map(poolTrait);
    expect(new Set(traits).size).toBe(names.length);
    for (const trait of traits) expect(trait).toMatch(/^CUSTOM_[A-Z0-9_]{1,248}$/);
  });

  it("are kept for what a host has; our own network counts where it works", () => {
    const host = { networks: ["lan"], pools: ["fast"], facts: { ...OBSERVED_HOST.facts, NetworkReady: NETWORK_READY } };
    expect(traitsOfHost(host)).toEqual(["CUSTOM_NETWORK_LAN", "CUSTOM_NETWORK_VMCTL0", "CUSTOM_POOL_FAST"]);
    const down = { ...host.facts, NetworkReady: { ...NETWORK_READY, ok: false } };
    expect(traitsOfHost({ ...host, facts: down })).toEqual(["CUSTOM_NETWORK_LAN", "CUSTOM_POOL_FAST"]);
    expect(traitsOfHost({ ...host, networks: ["vmctl0"], facts: down })).toContain("CUSTOM_NETWORK_VMCTL0");
  });

  it("are needed for networks, and not for bridges", () => {
    expect(interfaceTraits({})).toEqual(["CUSTOM_NETWORK_VMCTL0"]);
    expect(interfaceTraits({ interfaces: [] })).toEqual(["CUSTOM_NETWORK_VMCTL0"]);
    const interfaces = [
      { name: "a", network: "lan" },
      { name: "b", bridge: "br0" },
      { name: "c", network: "lan" },
    ];
    expect(interfaceTraits({ interfaces })).toEqual(["CUSTOM_NETWORK_LAN"]);
  });

  it("are needed for what an image says of itself", () => {
    expect(imageTraits({})).toEqual([]);
    expect(imageTraits({ architecture: "aarch64", firmware: "uefi" })).toEqual([
      "HW_ARCH_AARCH64",
      "COMPUTE_FIRMWARE_UEFI",
    ]);
  });
});
