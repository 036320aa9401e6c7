import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Seed } from "../../../hypervisor/hypervisor.ts";
import { renderNoCloud } from "../../../hypervisor/seed/nocloud.ts";
import { TerminalError } from "../../../runtime/errors.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlIG5pY2UgdG8gdGVzdCBrZXlzLCB0aGV5IGFyZSBmYWtl me@box";

const aSeed = (overrides: Partial<Seed> = {}): Seed => ({
  instanceId: "i-1",
  hostname: "web-1",
  sshKeys: [KEY],
  interfaces: [{ name: "main", mac: "52:54:00:12:34:56" }],
  ...overrides,
});

function textsOf(seed: Seed): Record<string, string> {
  return Object.fromEntries(
    renderNoCloud(seed).map(({ name, content }) => [name, Buffer.from(content).toString("utf8")]),
  );
}
const yamlOf = (seed: Seed, name: string) => parse(textsOf(seed)[name] ?? "", { version: "1.1" });

describe("renderNoCloud", () => {
  it("puts identity and keys in meta-data", () => {
    expect(yamlOf(aSeed(), "meta-data")).toEqual({
      "instance-id": "i-1",
      "local-hostname": "web-1",
      "public-keys": [KEY],
    });
  });

  it("says nothing of keys when there are none", () => {
    expect(yamlOf(aSeed({ sshKeys: [] }), "meta-data")).not.toHaveProperty("public-keys");
  });

  it("hands user-data, vendor-data and network-config over byte for byte", () => {
    const userData = "#!/bin/sh\r\n\techo 'ü \"$HOME\"' {{ not a template }} \\n";
    const texts = textsOf(aSeed({ userData, vendorData: "#cloud-config\n{}", networkConfig: "version: 1 # mine" }));
    expect(texts).toMatchObject({
      "user-data": userData,
      "vendor-data": "#cloud-config\n{}",
      "network-config": "version: 1 # mine",
    });
  });

  it("fills in an empty user-data and leaves vendor-data out when none is given", () => {
    expect(textsOf(aSeed())["user-data"]).toBe("#cloud-config\n");
    expect(Object.keys(textsOf(aSeed()))).toEqual(["meta-data", "user-data", "network-config"]);
    expect(textsOf(aSeed({ userData: "" }))["user-data"]).toBe("");
  });

  it("finds each interface by its MAC: DHCP, or the static addresses", () => {
    const interfaces = [
      { name: "main", mac: "52:54:00:12:34:56" },
      { name: "back", mac: "52:54:00:12:34:57", addresses: ["192.0.2.7/24", "2001:db8::7/64"] },
    ];
    expect(yamlOf(aSeed({ interfaces }), "network-config")).toEqual({
      version: 2,
      ethernets: {
        main: { match: { macaddress: "52:54:00:12:34:56" }, dhcp4: true },
        back: {
          match: { macaddress: "52:54:00:12:34:57" },
          dhcp4: false,
          addresses: ["192.0.2.7/24", "2001:db8::7/64"],
        },
      },
    });
  });

  it("carries any printable comment of a key unharmed through YAML", () => {
    const printable = fc.string({ unit: "grapheme" }).filter((comment) => !/[\p{C}\u2028\u2029]/u.test(comment));
    fc.assert(
      fc.property(printable, (comment) => {
        const key = `ssh-ed25519 AAAA ${comment}`;
        expect(yamlOf(aSeed({ sshKeys: [key] }), "meta-data")["public-keys"]).toEqual([key]);
      }),
    );
  });

  it.each([
    ["a newline", `${KEY}\nssh-ed25519 AAAA intruder`],
    ["a carriage return", `${KEY}\r`],
    ["a zero byte", `${KEY}\0`],
    ["YAML's own line end", `${KEY}\u0085x`],
    ["a Unicode line end", `${KEY}\u2028x`],
    ["half a surrogate pair", `${KEY}\ud800`],
    ["nothing in it", "  "],
  ])("refuses a key with %s", (_, key) => {
    expect(() => renderNoCloud(aSeed({ sshKeys: [KEY, key] }))).toThrow(TerminalError);
  });

  it.each(["", "web 1", "web\n1", "-web", "web: {", '"'])("refuses the hostname %j", (hostname) => {
    expect(() => renderNoCloud(aSeed({ hostname }))).toThrow(TerminalError);
  });

  it("gives the same bytes for the same seed", () => {
    expect(renderNoCloud(aSeed())).toEqual(renderNoCloud(aSeed()));
  });
});
