import { describe, expect, it } from "vitest";
import { parseManifests } from "../../apply/manifest.ts";
import { formatManifestProblem } from "../../apply/manifest-problem.ts";

const problems = (text: string) => parseManifests(text, "vm.yaml").problems.map(formatManifestProblem);
const names = (text: string) => parseManifests(text, "vm.yaml").manifests.map(({ object }) => object.metadata.name);

const vm = (name: string, spec = "  image: {name: tiny}") =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata:\n  name: ${name}\nspec:\n${spec}\n`;

describe("manifests that are read", () => {
  it("are any number of documents, empty ones left out", () => {
    expect(names(`# only a comment\n---\n${vm("a")}---\n\n---\n${vm("b")}...\n`)).toEqual(["a", "b"]);
    expect(names("")).toEqual([]);
  });
  it("may be JSON, with tabs", () => {
    const text = JSON.stringify(
      { apiVersion: "compute.vmctl/v1alpha1", kind: "Instance", metadata: { name: "a" } },
      null,
      "\t",
    );
    expect(problems(text)).toEqual([]);
    expect(names(text)).toEqual(["a"]);
  });
  it("may be the List that get prints", () => {
    const item = (name: string) =>
      `- {apiVersion: compute.vmctl/v1alpha1, kind: Instance, metadata: {name: ${name}}, spec: {}}\n`;
    expect(names(`kind: List\nitems:\n${item("a")}${item("b")}`)).toEqual(["a", "b"]);
    expect(problems(`kind: List\nitems:\n${item("a")}${item("B")}`)[0]).toMatch(
      /^vm.yaml:4:\d+ metadata.name must be a name/,
    );
  });
  it("keep user-data byte for byte", () => {
    const [manifest] = parseManifests(
      vm("a", "  cloudInit:\n    userData: |\n      #cloud-config\n      a:  ä\n\n"),
      "f",
    ).manifests;
    expect(manifest?.object.spec).toEqual({ cloudInit: { userData: "#cloud-config\na:  ä\n" } });
  });
  it("may use anchors as people do", () => {
    expect(names(`x: &a 1\n---\n${vm("a", "  sshKeys: [&k k 1, k 2]\n  description: *k")}`)).toEqual(["a"]);
  });
  it("read yes, no and octal-looking texts as texts", () => {
    expect(problems(vm("a", "  deletionProtection: yes"))).toEqual([
      'vm.yaml:6:3 spec.deletionProtection must be boolean (got "yes")',
    ]);
  });
});

describe("manifests that are refused, with their place", () => {
  it("one that is nested without end", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    expect(problems(vm("a", `  image: ${deep}`))).toEqual([
      expect.stringMatching(/^vm.yaml:6:\d+ is nested too deep$/),
    ]);
  });
  const rows: readonly [string, string, readonly string[]][] = [
    [
      "a wrong type",
      vm("a", "  resources:\n    vcpu: two"),
      ['vm.yaml:7:5 spec.resources.vcpu must be integer (got "two")'],
    ],
    [
      "an unknown field, at its name",
      vm("a", "  resources: {vpcu: 2}"),
      ['vm.yaml:6:15 spec.resources.vpcu is not a field (did you mean "vcpu"?)'],
    ],
    [
      "a missing field, at its parent",
      "apiVersion: compute.vmctl/v1alpha1\nkind: Image\nmetadata: {name: a}\nspec: {}",
      ["vm.yaml:4:1 spec.source is required"],
    ],
    [
      "an item of a list",
      vm("a", "  interfaces:\n  - name: a\n  - name: b\n    addresses: [1.2.3.4]"),
      [
        'vm.yaml:9:17 spec.interfaces[1].addresses[0] must be an address with its prefix length such as 192.0.2.7/24 or 2001:db8::7/64 (got "1.2.3.4")',
      ],
    ],
    [
      "several at once, in the second document too",
      `${vm("a", "  a: 1\n  b: 2")}---\n${vm("b", "  c: 3")}`,
      ["vm.yaml:6:3 spec.a is not a field", "vm.yaml:7:3 spec.b is not a field", "vm.yaml:14:3 spec.c is not a field"],
    ],
    ["no YAML", "a: [1\nb: 2", [expect.stringMatching(/^vm.yaml:2:\d+ /)]],
    ["a duplicate key", vm("a", "  hostname: a\n  hostname: b"), ["vm.yaml:7:3 spec.hostname is given twice"]],
    ["a duplicate key in JSON", '{"kind": "Image",\n "kind": "Image"}', ["vm.yaml:2:2 kind is given twice"]],
    [
      "a duplicate key in a list",
      vm("a", "  interfaces:\n  - {name: a, name: b}"),
      ["vm.yaml:7:15 spec.interfaces[0].name is given twice"],
    ],
    ["an unknown tag", vm("a", "  hostname: !secret x"), ["vm.yaml:6:13 Unresolved tag: !secret"]],
    ["a bare word", "hello", ["vm.yaml:1:1 must be an object with apiVersion, kind, metadata, spec"]],
    [
      "a number that is none",
      vm("a", "  resources: {vcpu: .inf}"),
      ["vm.yaml:6:21 spec.resources.vcpu must be a number that can be written down (got .inf)"],
    ],
    [
      "numbers that would become others, in a list too",
      vm("a", "  resources: {CUSTOM_FPGA: 9223372036854775807, vcpu: .nan}\n  sshKeys: [a, -.inf]"),
      [
        "vm.yaml:6:28 spec.resources.CUSTOM_FPGA cannot be kept exactly: whole numbers go to 9007199254740991 (got 9223372036854775807)",
        "vm.yaml:6:55 spec.resources.vcpu must be a number that can be written down (got .nan)",
        "vm.yaml:7:16 spec.sshKeys[1] must be a number that can be written down (got -.inf)",
      ],
    ],
    [
      "a large number as it was printed",
      vm("a", "  resources: {CUSTOM_FPGA: 9223372036854776000}"),
      ["vm.yaml:6:15 spec.resources.CUSTOM_FPGA must be at most 2147483647 (got 9223372036854776000)"],
    ],
  ];
  it.each(rows)("%s", (_name, text, want) => {
    expect(problems(text)).toEqual(want);
  });

  it("a YAML bomb, at once", () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(", ")}]`,
    );
    const started = performance.now();
    expect(problems(`l0: &l0 [lol]\n${levels.join("\n")}`)[0]).toContain("too many aliases");
    expect(performance.now() - started).toBeLessThan(1000);
  });
  it("something that contains itself", () => {
    expect(problems("a: &a [*a]")[0]).toContain("alias to something it is part of");
    expect(problems("a: *b")[0]).toContain("alias");
  });
  it("a document of 2 MB, before it is parsed, with its place", () => {
    const huge = vm("b", `  description: ${"x".repeat(2_000_000)}`);
    expect(problems(`${vm("a")}---\n${huge}`)).toEqual([
      expect.stringContaining("vm.yaml:7:1 a document may have at most"),
    ]);
  });
  it("__proto__ as a field", () => {
    expect(problems(vm("a", "  __proto__: {hostname: x}"))).toEqual(["vm.yaml:6:3 spec.__proto__ is not a field"]);
  });
});
