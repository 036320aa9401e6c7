import { describe, expect, it } from "vitest";
import { derivedMac, guestDigest, resolveMachine } from "../../resources/resolve-instance.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import { sha256Hex } from "../../resources/sha256.ts";

const uid = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
const identity = { namespace: "default", name: "web-1", uid };
const image = { name: "tiny", spec: { source: { file: "/srv/tiny.qcow2" } }, digest: "sha256:aa" };

describe("an instance resolved for its host", () => {
  it("has every default applied and one interface on our own network", () => {
    const { machine, guest, data } = resolveMachine({ ...identity, spec: {}, image });
    expect(machine).toEqual({
      vcpu: 1,
      memory: 512 * 2 ** 20,
      disk: 2 * 2 ** 30,
      image: { name: "tiny", source: { file: "/srv/tiny.qcow2" }, digest: "sha256:aa" },
      interfaces: [{ name: "default", network: "vmctl0", mac: derivedMac(uid, "default") }],
      hostname: "web-1",
    });
    expect(guest).toEqual({ sshKeys: [] });
    expect(data.size).toBe(0);
  });
  it("has addresses that follow from the uid and the interface, and from nothing else", () => {
    const mac = derivedMac(uid, "eth0");
    expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
    expect(mac).toBe(derivedMac(uid, "eth0"));
    expect(mac).not.toBe(derivedMac(uid, "eth1"));
  });
  it("takes an inline image as it is; its sha256 is already the digest", () => {
    const checksum = `sha256:${"b".repeat(64)}`;
    const spec = { image: { source: { url: "http://127.0.0.1/x" }, checksum, format: "raw" as const } };
    expect(resolveMachine({ ...identity, spec }).machine.image).toEqual({ ...spec.image, digest: checksum });
  });
  it("is refused without its image", () => {
    expect(() => resolveMachine({ ...identity, spec: { image: { name: "tiny" } } })).toThrow(TypeError);
  });
  it("refers to texts by digest, and an empty text is a text", () => {
    const spec = { cloudInit: { userData: "#cloud-config\n", vendorData: "" } };
    const { guest, data } = resolveMachine({ ...identity, spec, image });
    expect(guest.userData).toBe(sha256Hex("#cloud-config\n"));
    expect(data.get(guest.userData ?? "")).toBe("#cloud-config\n");
    expect(data.get(guest.vendorData ?? "")).toBe("");
    expect(guest.networkConfig).toBeUndefined();
  });
  it("gets a disk of whole sectors", () => {
    expect(resolveMachine({ ...identity, spec: { resources: { disk: "1.1Gi" } }, image }).machine.disk % 512).toBe(0);
  });
  it("has a guest digest that moves with keys, texts and static addresses only", () => {
    const digestOf = (spec: object) => {
      const { guest, machine } = resolveMachine({ ...identity, spec, image });
      return guestDigest(guest, machine.interfaces);
    };
    const plain = digestOf({});
    expect(digestOf({ resources: { vcpu: 4 }, hostname: "b" })).toBe(plain);
    const others = [
      { sshKeys: ["k 1"] },
      { cloudInit: { userData: "x" } },
      { interfaces: [{ name: "default", addresses: ["192.0.2.1/24"] }] },
    ];
    expect(new Set([plain, ...others.map(digestOf)]).size).toBe(4);
  });
});

describe("what an instance asks of Placement", () => {
  it("is rounded up to MiB and GiB and carries custom classes", () => {
    expect(resourceRequest({})).toEqual({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 });
    expect(resourceRequest({ resources: { vcpu: 3, memory: "1.0001Gi", disk: "1500M", CUSTOM_GPU: 2 } })).toEqual({
      VCPU: 3,
      MEMORY_MB: 1025,
      DISK_GB: 2,
      CUSTOM_GPU: 2,
    });
  });
});
