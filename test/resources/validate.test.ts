import { describe, expect, it } from "vitest";
import { formatProblem } from "../../resources/problem.ts";
import { validateManifest } from "../../resources/validate.ts";

const instance = (spec: unknown, metadata: object = { name: "web-1" }) => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata,
  spec,
});

const QUANTITY =
  "a quantity such as 512Mi, 1.5Gi or 1073741824 (suffixes: k M G T P E of 1000, Ki Mi Gi Ti Pi Ei of 1024)";

function problemsOf(value: unknown): string[] {
  const verdict = validateManifest(value);
  return verdict.ok ? [] : verdict.problems.map(formatProblem);
}
const problemsOfSpec = (spec: unknown) => problemsOf(instance(spec));

describe("a manifest that is accepted", () => {
  it("may be as short as a name and an image", () => {
    expect(problemsOfSpec({ image: { name: "tiny" } })).toEqual([]);
  });
  it("may leave the spec out", () => {
    const verdict = validateManifest({ ...instance(undefined), spec: {} });
    expect(verdict.ok && verdict.object.spec).toEqual({});
  });
  it("may carry what get -o yaml printed, status included", () => {
    const metadata = {
      name: "web-1",
      namespace: "default",
      uid: "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11",
      generation: 3,
      creationTimestamp: "2030-01-02T03:04:05Z",
      resourceVersion: "12",
    };
    const verdict = validateManifest({ ...instance({}, metadata), status: { phase: "Running" } });
    expect(verdict.ok && "status" in verdict.object).toBe(false);
  });
  it("uses every field of an instance", () => {
    const spec = {
      runStrategy: "Manual",
      resources: { vcpu: 2, memory: "1Gi", disk: 4294967296, CUSTOM_GPU: 1 },
      image: { source: { url: "http://127.0.0.1/a.qcow2" }, checksum: `sha256:${"a".repeat(64)}`, format: "qcow2" },
      interfaces: [
        { name: "eth0", network: "vmctl0", mac: "52:54:00:00:00:01", addresses: ["192.0.2.7/24", "2001:db8::7/64"] },
        { name: "eth1", bridge: "br0" },
      ],
      sshKeys: ["ssh-ed25519 AAAAC3 me@here"],
      cloudInit: { userData: "#cloud-config\n", networkConfig: "", vendorData: "" },
      hostname: "web",
      traits: { required: ["HW_CPU_X86_VMX"], forbidden: ["CUSTOM_SLOW"] },
      hypervisorSelector: { "example.org/rack": "r1" },
      hypervisor: "host-1",
      updatePolicy: { recreate: "OnChange" },
      terminationGracePeriodSeconds: 0,
      deletionProtection: true,
      failover: "Never",
      description: "x",
    };
    expect(problemsOfSpec(spec)).toEqual([]);
  });
});

describe("a manifest that is refused", () => {
  const rows: readonly [string, unknown, readonly string[]][] = [
    ["a wrong type", { resources: { vcpu: "two" } }, ['spec.resources.vcpu must be integer (got "two")']],
    ["no coercion", { resources: { vcpu: "2" } }, ['spec.resources.vcpu must be integer (got "2")']],
    ["a misspelled field", { resources: { vpcu: 2 } }, ['spec.resources.vpcu is not a field (did you mean "vcpu"?)']],
    [
      "a field by another system's name",
      { nodeName: "host-1", resources: { gpu: 1, ram: "1Gi" } },
      [
        'spec.nodeName is not a field (did you mean "hypervisor"?)',
        'spec.resources.gpu is not a field (did you mean "CUSTOM_GPU"?)',
        'spec.resources.ram is not a field (did you mean "memory"?)',
      ],
    ],
    ["a name alone", { image: "tiny" }, ['spec.image must be object (got "tiny"): write {name: tiny}']],
    ["no name alone", { image: "a: b" }, ['spec.image must be object (got "a: b")']],
    ["a name wrapped", { flavor: { name: "s" } }, ['spec.flavor must be string (got {"name":"s"}): write s']],
    ["no name wrapped", { flavor: { name: "s", x: 1 } }, ['spec.flavor must be string (got {"name":"s","x":1})']],
    [
      "a misspelled word",
      { runStrategy: "Allways" },
      [
        'spec.runStrategy must be one of Always, RerunOnFailure, Manual, Once, Halted (got "Allways") (did you mean "Always"?)',
      ],
    ],
    ["no quantity", { resources: { memory: "lots" } }, [`spec.resources.memory must be ${QUANTITY} (got "lots")`]],
    [
      "letters that are no suffix, and a sign",
      { resources: { memory: "-1Gi", disk: "128MB" } },
      [
        `spec.resources.memory must be ${QUANTITY} (got "-1Gi")`,
        `spec.resources.disk must be ${QUANTITY} (got "128MB")`,
      ],
    ],
    [
      "a suffix that is one, and too much",
      { resources: { memory: "3Pi", disk: "1Ei" } },
      [
        "spec.resources.memory is larger than Placement can count (got 3Pi)",
        "spec.resources.disk is larger than can be counted (got 1Ei)",
      ],
    ],
    [
      "a wrong type of a union",
      { resources: { memory: true } },
      ["spec.resources.memory must be string or integer (got true)"],
    ],
    [
      "too little",
      { resources: { memory: 512 } },
      ["spec.resources.memory must be at least 1Mi (got 512 bytes; did you mean 512Mi?)"],
    ],
    [
      "an image by name and source",
      { image: { name: "a", source: { file: "/a" } } },
      ["spec.image.source cannot stand beside name"],
    ],
    [
      "a misspelled required field",
      { image: { nmae: "a" } },
      ['spec.image.nmae is not a field (did you mean "name"?)'],
    ],
    [
      "a nested union",
      { image: { source: { url: "ftp://x" } } },
      ['spec.image.source.url must be a URL that starts with http:// or https:// (got "ftp://x")'],
    ],
    [
      "network and bridge",
      { interfaces: [{ name: "a", network: "n", bridge: "b" }] },
      ["spec.interfaces[0].bridge cannot stand beside network: an interface has one of them"],
    ],
    [
      "two interfaces of a name",
      { interfaces: [{ name: "a" }, { name: "a" }] },
      ['spec.interfaces[1].name is taken by interface 0 (got "a")'],
    ],
    [
      "a multicast MAC",
      { interfaces: [{ name: "a", mac: "01:00:5e:00:00:01" }] },
      ['spec.interfaces[0].mac is a multicast address (got "01:00:5e:00:00:01")'],
    ],
    [
      "failover",
      { failover: "Restart" },
      ['spec.failover is refused until fencing is built: only Never (got "Restart")'],
    ],
    ["a null", { hostname: null }, ["spec.hostname must be string (got null)"]],
    [
      "a trait wanted and forbidden",
      { traits: { required: ["A"], forbidden: ["A"] } },
      ["spec.traits.required[0] A is forbidden as well"],
    ],
  ];
  it.each(rows)("%s", (_name, spec, want) => {
    expect(problemsOfSpec(spec)).toEqual(want);
  });

  it.each([
    "192.0.2.7",
    "192.0.2.7/33",
    "2001:db8::1/129",
    "192.0.2.300/24",
    "fe80::1%eth0/64",
    "192.0.2.7/24/1",
    "1.2.3.4/07",
  ])("the address %s", (address) => {
    expect(problemsOfSpec({ interfaces: [{ name: "a", addresses: [address] }] })).toHaveLength(1);
  });

  it("cloud-init texts of more than 64 KiB together, counted in bytes", () => {
    expect(problemsOfSpec({ cloudInit: { userData: "ä".repeat(32769) } })).toEqual([
      "spec.cloudInit must have at most 65536 bytes together (got 65538)",
    ]);
    expect(problemsOfSpec({ cloudInit: { userData: "ä".repeat(32768) } })).toEqual([]);
  });
  it("an object of more than 256 KiB", () => {
    const annotations = { a: "x".repeat(256 * 1024) };
    expect(problemsOf(instance({}, { name: "a", annotations }))).toHaveLength(1);
  });
  it("__proto__, wherever it stands", () => {
    const text =
      '{"apiVersion":"compute.vmctl/v1alpha1","kind":"Instance","metadata":{"name":"a","labels":{"__proto__":"x"}},"spec":{"__proto__":{"a":1}}}';
    expect(problemsOf(JSON.parse(text))).toHaveLength(2);
  });
  it("another kind's letters, no kind, another version", () => {
    expect(problemsOf({ ...instance({}), kind: "instance" })[0]).toContain('did you mean "Instance"');
    expect(problemsOf({ ...instance({}), kind: undefined })[0]).toContain("kind is required");
    expect(problemsOf({ ...instance({}), apiVersion: "v1" })[0]).toContain("must be compute.vmctl/v1alpha1");
    expect(problemsOf({ ...instance({}), apiVersion: "v1", kind: "Pod" })).toEqual([
      'apiVersion must be compute.vmctl/v1alpha1 (got "v1")',
      expect.stringContaining("kind must be one of"),
    ]);
    expect(problemsOf([])).toHaveLength(1);
    expect(problemsOf(null)).toHaveLength(1);
  });
  it("a namespace on something that has none", () => {
    expect(problemsOf({ ...instance({}, { name: "a", namespace: "b" }), kind: "Namespace" })).toEqual([
      "metadata.namespace is not for namespaces: they belong to the whole cluster",
    ]);
  });
  it("a bad name and a bad label, each with its own words", () => {
    expect(problemsOf(instance({}, { name: "Web_1", labels: { "bad key": "x", ok: "b d" } }))).toEqual([
      expect.stringContaining("metadata.name must be a name: lower case"),
      expect.stringContaining('metadata.labels["bad key"] is not a label key'),
      expect.stringContaining("metadata.labels.ok must be a label value"),
    ]);
  });
  it("an image that comes from nowhere", () => {
    expect(problemsOf({ ...instance({}), kind: "Image" })).toEqual(["spec.source is required"]);
  });
});
