import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { instanceOfQuery } from "../../../cmd/vmctl/run/instance-of-query.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { readPlacementQuery } from "../../../resources/placement-query.ts";
import { resourceRequest } from "../../../resources/resource-request.ts";
import { validateManifest } from "../../../resources/validate.ts";
import { runWords } from "./run-words.ts";

const ALL = "resources=VCPU:1,DISK_GB:1,MEMORY_MB:256";
const run = (...words: string[]) => runWords("run", ...words, "--dry-run=client");

async function manifestOf(...words: string[]): Promise<unknown> {
  const { status, out, err } = await run(...words, "-o", "yaml");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  return parse(out) as unknown;
}

describe("vmctl run", () => {
  it("is printed in the order in which people write it", async () => {
    const { out } = await run("resources=VCPU:1", "--name=a", "-o", "yaml");
    expect(out.match(/^\w+/gm)).toEqual(["apiVersion", "kind", "metadata", "spec"]);
  });

  it("is the manifest that says the same", async () => {
    const image = "https://cloud-images.example.net/bionic/server.img";
    expect(
      await manifestOf(
        `${ALL}&required=CUSTOM_SSD,!HW_CPU_X86_VMX&required=STORAGE_DISK_SSD`,
        image,
        "--name",
        "web-1",
      ),
    ).toEqual({
      apiVersion: "compute.vmctl/v1alpha1",
      kind: "Instance",
      metadata: { name: "web-1" },
      spec: {
        image: { source: { url: image } },
        resources: { vcpu: 1, memory: "256Mi", disk: "1Gi" },
        traits: { required: ["CUSTOM_SSD", "STORAGE_DISK_SSD"], forbidden: ["HW_CPU_X86_VMX"] },
      },
    });
  });

  it("takes the order and encoding that a server takes, and leaves out what was not asked for", async () => {
    expect(await manifestOf("resources=CUSTOM_GPU%3A2%2CVCPU:4", "--name", "a", "-n", "team")).toMatchObject({
      metadata: { name: "a", namespace: "team" },
      spec: { resources: { vcpu: 4, CUSTOM_GPU: 2 } },
    });
  });

  it("finds a new name each time", async () => {
    const names = [await run(ALL, "-o", "name"), await run(ALL, "-o", "name")].map(({ out }) => out);
    expect(names[0]).toMatch(/^instance\/run-[0-9a-f]{8}\n$/);
    expect(names[0]).not.toBe(names[1]);
    expect((await run(ALL, "--name", "a")).out).toBe("instance/a valid (dry run)\n");
  });

  const REFUSED: readonly (readonly [string, number, string])[] = [
    ["resources=VCPU:0", 2, "resources: VCPU must be from 1"],
    ["resources=VCPU", 2, '"VCPU" is no CLASS:AMOUNT'],
    ["resources=", 2, '"" is no CLASS:AMOUNT'],
    ["resources=VCPU:1,VCPU:2", 2, "VCPU stands there twice"],
    ["resources=VCPU:1&required=a", 2, '"a" is no trait'],
    ["resources=VCPU:1&required=A,!A", 2, "A is forbidden as well"],
    ["resources=VCPU:1&member_of=x", 2, 'member_of: "x" is no uuid'],
    ["resources=VCPU:1&requird=A", 2, 'requird is not a parameter of Placement (did you mean "required"?)'],
    ["resources=VCPU:1&constructor=A", 2, "constructor is not a parameter"],
    ["resources=VCPU:1&", 2, '"" is no NAME=VALUE'],
    ["resources=%zz", 2, "is no NAME=VALUE"],
    ["required=A", 2, "resources=… is missing"],
    ["resources=VCPU:1 ftp://x/y.img", 2, "is no http or https URL of an image"],
    ["d578fb7c-7787-4e73-b69a-a7b3ef9bf73a", 2, "did you mean get instances d578fb7c"],
    ["destroy web-1", 2, "did you mean delete instance web-1?"],
    ["resources=VCPU:9999", 1, "request spec.resources.vcpu must be at most 1024"],
    ["resources=VCPU:1 --name Web_1", 1, "request metadata.name must be a name"],
    ["resources=VCPU:1 -o table", 2, "one of yaml, json, name expected"],
  ];
  it.each(REFUSED)("%s is refused", async (words, status, message) => {
    expect(await run(...words.split(" "))).toEqual({ status, out: "", err: expect.stringContaining(message) });
  });

  it("names every part that cannot be taken", async () => {
    const { status, err } = await run("resources=VCPU:1,PCPU:x&in_tree=x&limit=0");
    expect(status).toBe(2);
    expect(err.split("\n").map((line) => line.split(" ")[0])).toEqual([
      "resources:",
      "in_tree:",
      "limit",
      "vmctl:",
      "",
    ]);
    const json = await run("resources=PCPU:x&limit=0", "-o", "json");
    expect(JSON.parse(json.err)).toMatchObject({
      error: { reason: "Usage", details: { problems: [/PCPU/, /limit/].map((it) => expect.stringMatching(it)) } },
    });
  });

  it("says groups, alternatives and aggregates in fields of their own", async () => {
    const uuid = "00000000-0000-4000-8000-00000000000a";
    const request = `resources=VCPU:1,CUSTOM_A:1&required=in:A,B&member_of=${uuid}&resources_n=VCPU:2,VGPU:1&required_n=C&resources_m=SRIOV_NET_VF:1&group_policy=isolate&same_subtree=_n,_m`;
    expect(await manifestOf(request, "--name", "a")).toMatchObject({
      spec: {
        resources: { vcpu: 3, CUSTOM_A: 1 },
        traits: { anyOf: [["A", "B"]] },
        aggregates: { memberOf: [[uuid]] },
        resourceGroups: [
          { name: "_n", resources: { vcpu: 2, VGPU: 1 }, traits: { required: ["C"] } },
          { name: "_m", resources: { SRIOV_NET_VF: 1 } },
        ],
        groupPolicy: "isolate",
        sameSubtree: [["_n", "_m"]],
      },
    });
  });

  it.each(["resources=VCPU:2&limit=5", "resources=VCPU:2,PCPU:1", "resources=VCPU:2&root_required=A,!B"])(
    "keeps as it is what only Placement's language can say: %s",
    async (request) => {
      expect(await manifestOf(request, "--name", "a")).toMatchObject({
        spec: { resources: { vcpu: 2 }, placement: { query: request } },
      });
    },
  );

  it.each([
    ["--dry-run=cluster", "pipe it into diff"],
    ["--dry-run=sometimes", "only client is offered here"],
    ["-o yaml", "-o is for --dry-run=client"],
  ])("%s is refused", async (flags, message) => {
    vi.stubEnv("VMCTL_ENDPOINTS", "127.0.0.1:1");
    const { status, err } = await runWords("run", ALL, ...flags.split(" "));
    vi.unstubAllEnvs();
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(message) });
  });
});

describe("a request of etcd-compute", () => {
  const amount = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: undefined });

  it("claims exactly what it asked for", () => {
    const amounts = fc.record({
      VCPU: amount(1024),
      MEMORY_MB: amount(2 ** 22),
      DISK_GB: amount(2 ** 20),
      CUSTOM_GPU: amount(9),
    });
    fc.assert(
      fc.property(amounts, (asked) => {
        const items = Object.entries(asked).filter(([, count]) => count !== undefined);
        fc.pre(items.length > 0);
        const text = `resources=${items.map(([name, count]) => `${name}:${count}`).join(",")}`;
        const read = readPlacementQuery(text);
        if (!read.ok) throw new Error(read.faults.join());
        const verdict = validateManifest(instanceOfQuery({ query: read.query, text, name: "a" }));
        expect(verdict.ok).toBe(true);
        const claimed = verdict.ok ? resourceRequest(verdict.object.spec as InstanceSpec) : {};
        expect(claimed).toMatchObject(Object.fromEntries(items));
      }),
    );
  });

  it("never throws, and is taken whole or not at all", () => {
    const piece = fc.constantFrom(
      "resources",
      "=",
      "VCPU:1",
      ",",
      "&",
      "required",
      "!",
      "%",
      "in:",
      "A",
      "__proto__",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const read = readPlacementQuery(pieces.join(""));
        expect(read.ok ? read.query.groups.length > 0 : read.faults.length > 0).toBe(true);
      }),
    );
  });
});
