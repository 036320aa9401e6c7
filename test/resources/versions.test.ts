import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeMembership } from "../../apply/applyset/membership.ts";
import { decodeStatusRecord, decodeStoredHead, decodeStoredObject } from "../../resources/decode-object.ts";
import { Image } from "../../resources/image.ts";
import { Instance } from "../../resources/instance.ts";
import { API_VERSION } from "../../resources/meta.ts";
import { currentDocument, registerVersionStep } from "../../resources/versions.ts";
import { OLDER, registerOlder } from "../support/older-version.ts";

const uid = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
const key = "spec/ns/default/instances/web-1";
const metadata = {
  name: "web-1",
  namespace: "default",
  uid,
  generation: 1,
  creationTimestamp: "2030-01-02T03:04:05Z",
};
const old = { apiVersion: OLDER, kind: "Instance", metadata, spec: { cpus: 2, tomorrow: 1 }, extra: true };
const read = (object: unknown) => decodeStoredObject(Instance)(key, JSON.stringify(object));
const problemOf = (verdict: { ok: true } | { ok: false; problem: string }) => (verdict.ok ? "" : verdict.problem);

let forget: (() => void)[];
beforeEach(() => {
  forget = [registerOlder()];
});
afterEach(() => {
  for (const step of forget) step();
});

describe("a document of an older version", () => {
  const current = { ...old, apiVersion: API_VERSION, spec: { resources: { vcpu: 2 }, tomorrow: 1 } };

  it("is read as one of the current version, with what nobody knows in it", () => {
    expect(read(old)).toEqual({ ok: true, value: current });
    expect(decodeStoredHead(Instance)(key, JSON.stringify(old))).toEqual({ ok: true, value: current });
  });
  it("is judged by the current version", () => {
    expect(problemOf(read({ ...old, spec: { cpus: -1 } }))).toContain("spec.resources.vcpu must be at least 1");
    expect(problemOf(read({ ...old, metadata: { ...metadata, name: "other" } }))).toContain("metadata.name is");
  });
  it("goes through every version between", () => {
    forget.push(
      registerVersionStep({
        from: "compute.vmctl/v0",
        to: OLDER,
        documents: {
          Instance: (it) => ({ ...it, spec: { cpus: Number((it["spec"] as { processors: string }).processors) } }),
        },
      }),
    );
    const older = { ...old, apiVersion: "compute.vmctl/v0", spec: { processors: "3" } };
    expect(read(older)).toMatchObject({
      ok: true,
      value: { apiVersion: API_VERSION, spec: { resources: { vcpu: 3 } } },
    });
  });
  it("looks the same where no step speaks of its kind", () => {
    const at = "spec/cluster/images/tiny";
    const { namespace: _none, ...place } = metadata;
    const image = {
      apiVersion: OLDER,
      kind: "Image",
      metadata: { ...place, name: "tiny" },
      spec: { source: { url: "http://x/y" } },
    };
    expect(decodeStoredObject(Image)(at, JSON.stringify(image))).toMatchObject({
      ok: true,
      value: { apiVersion: API_VERSION },
    });
    const set = { apiVersion: OLDER, kind: "ApplySet", name: "shop", updatedBy: "me", updatedAt: "now", members: [] };
    expect(decodeMembership("applysets/shop/members", JSON.stringify(set)).ok).toBe(true);
  });
  it("that its step cannot read is refused, and nothing is thrown", () => {
    expect(problemOf(read({ ...old, spec: null }))).toBe(
      `says apiVersion "${OLDER}" and cannot be converted to ${API_VERSION}`,
    );
  });
});

describe("a version nobody registered", () => {
  it.each(["compute.vmctl/v1", "compute.vmctl/v1beta1", "constructor", ""])(
    "is refused with what is known: %j",
    (apiVersion) => {
      expect(problemOf(read({ ...old, apiVersion }))).toBe(
        `has apiVersion "${apiVersion}", which this vmctl does not know (it knows ${OLDER}, ${API_VERSION}): a newer one may have stored it`,
      );
    },
  );
  it("is no version at all: the schema speaks", () => {
    const { apiVersion: _none, ...bare } = old;
    expect(problemOf(read(bare))).toContain("apiVersion is required");
    expect(problemOf(read({ ...old, apiVersion: 7 }))).toContain("apiVersion must be");
  });
  it("is one that steps only lead round from", () => {
    forget.push(registerVersionStep({ from: "a", to: "b" }), registerVersionStep({ from: "b", to: "a" }));
    expect(currentDocument({ apiVersion: "a", kind: "Instance" })).toHaveProperty("problem");
    expect(() => registerVersionStep({ from: "a", to: "c" })).toThrow("there already");
  });
});

describe("a status record", () => {
  const decode = decodeStatusRecord(Instance);
  const at = "status/ns/default/instances/web-1";
  const record = { uid, specCreateRevision: 5, status: { phase: "Running" } };

  it("without a version is of the first one, and stays as it is", () => {
    expect(decode(at, JSON.stringify(record))).toEqual({ ok: true, value: record });
  });
  it("of an older version is read as one of the current", () => {
    const older = { ...record, apiVersion: OLDER, status: { state: "Running" } };
    expect(decode(at, JSON.stringify(older))).toEqual({ ok: true, value: { ...record, apiVersion: API_VERSION } });
  });
  it("of an unknown one is refused", () => {
    expect(problemOf(decode(at, JSON.stringify({ ...record, apiVersion: "compute.vmctl/v2" })))).toContain(
      "does not know",
    );
  });
});
