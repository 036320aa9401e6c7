import { describe, expect, it } from "vitest";
import { adopted, fromTemplate } from "../../../controllers/instance-set/member-object.ts";
import { updateOf } from "../../../controllers/instance-set/member-update.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import type { InstanceTemplate } from "../../../resources/instance-set.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { UID } from "../support/facts.ts";
import { aMember, aSet, aTemplate, condition, NOW_MS, wantedOf } from "./members.ts";

const RESTART = "compute.vmctl/restart";
const ON_CHANGE: InstanceSpec = { updatePolicy: { recreate: "OnChange" } };

interface Case {
  readonly before?: InstanceTemplate;
  readonly after: InstanceTemplate;
  readonly member?: Parameters<typeof aMember>[1];
}
function update({ before = aTemplate(), after, member = {} }: Case) {
  const made = aMember(0, { set: aSet({ template: before }), ...member });
  return updateOf(wantedOf(aSet({ template: after })), made, NOW_MS);
}
const pending = { conditions: [condition("RecreateRequired", "True")] };
const disk = (size: string): InstanceSpec => ({ resources: { disk: size } });

describe("what a change of the template means for one instance", () => {
  it.each<readonly [string, Case, string]>([
    ["nothing", { after: aTemplate() }, "none"],
    ["the same quantity in other words", { before: aTemplate(disk("2Gi")), after: aTemplate(disk("2Gi")) }, "none"],
    ["a live field", { after: aTemplate({ description: "x" }) }, "write"],
    ["a label", { after: aTemplate({}, { labels: { tier: "front" } }) }, "write"],
    ["an annotation", { after: aTemplate({}, { annotations: { "a/b": "c" } }) }, "write"],
    ["a restart field", { after: aTemplate({ hostname: "h" }) }, "disrupt"],
    ["growth", { before: aTemplate(disk("2Gi")), after: aTemplate(disk("3Gi")) }, "disrupt"],
    ["a smaller disk", { before: aTemplate(disk("3Gi")), after: aTemplate(disk("2Gi")) }, "held"],
    [
      "a smaller disk that may be made anew",
      { before: aTemplate(disk("3Gi")), after: aTemplate({ ...disk("2Gi"), ...ON_CHANGE }) },
      "replace",
    ],
    ["a larger flavor", { before: aTemplate({ flavor: "small" }), after: aTemplate({ flavor: "big" }) }, "disrupt"],
    [
      "a flavor with a smaller disk",
      { before: aTemplate({ flavor: "big" }), after: aTemplate({ flavor: "small" }) },
      "held",
    ],
    [
      "the same with OnChange",
      { before: aTemplate({ flavor: "big" }), after: aTemplate({ flavor: "small", ...ON_CHANGE }) },
      "replace",
    ],
    [
      "a flavor with other traits",
      { before: aTemplate({ flavor: "small" }), after: aTemplate({ flavor: "fast" }) },
      "held",
    ],
    [
      "the size of its flavor, said itself",
      { before: aTemplate({ flavor: "small" }), after: aTemplate({ resources: { vcpu: 1, disk: "4Gi" } }) },
      "write",
    ],
    ["another image, kept back by the instance", { after: aTemplate({ image: { name: "other" } }) }, "write"],
    ["another image with OnChange", { after: aTemplate({ image: { name: "other" }, ...ON_CHANGE }) }, "disrupt"],
    ["keys, kept back by the instance", { after: aTemplate({ sshKeys: ["a b"] }) }, "write"],
    [
      "keys with OnChange",
      { before: aTemplate(ON_CHANGE), after: aTemplate({ sshKeys: ["a b"], ...ON_CHANGE }) },
      "disrupt",
    ],
    ["OnChange while nothing waits for it", { after: aTemplate(ON_CHANGE) }, "write"],
    ["OnChange that lets go what was kept back", { after: aTemplate(ON_CHANGE), member: pending }, "disrupt"],
    ["a field of placement", { after: aTemplate({ hypervisorSelector: { zone: "a" } }) }, "held"],
    ["the same with OnChange", { after: aTemplate({ hypervisorSelector: { zone: "a" }, ...ON_CHANGE }) }, "replace"],
    [
      "the same before it is bound",
      { after: aTemplate({ hypervisorSelector: { zone: "a" } }), member: { isBound: false } },
      "write",
    ],
    [
      "a restart field before it is bound",
      { after: aTemplate({ hostname: "h" }), member: { isBound: false } },
      "write",
    ],
    ["rollout restart", { after: aTemplate({}, { annotations: { [RESTART]: "2030" } }) }, "disrupt"],
    [
      "a restart carried out before",
      {
        before: aTemplate({}, { annotations: { [RESTART]: "2031" } }),
        after: aTemplate({}, { annotations: { [RESTART]: "2030" } }),
      },
      "write",
    ],
  ])("%s", (_sentence, example, want) => {
    expect(update(example).kind).toBe(want);
  });

  it("asks for a restart by a token newer than the instance's last one", () => {
    const restarted = (object: StoredObject<InstanceSpec>): StoredObject<InstanceSpec> => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [RESTART]: "2040" } },
    });
    const done = update({ after: aTemplate({ hostname: "h" }), member: { change: restarted } });
    expect(done).toMatchObject({ kind: "disrupt", because: "spec.hostname" });
    expect(done.kind === "disrupt" && done.object.metadata.annotations).toMatchObject({
      [RESTART]: "2040+",
      "compute.vmctl/rollout-restart": "2040+",
    });
    const asked = update({
      after: aTemplate({}, { annotations: { [RESTART]: "2050" } }),
      member: { change: restarted },
    });
    expect(asked.kind === "disrupt" && asked.object.metadata.annotations).not.toHaveProperty(
      "compute.vmctl/rollout-restart",
    );
  });
});

describe("the instance as the template has it", () => {
  const wanted = wantedOf(
    aSet({ template: aTemplate({ description: "ours", sshKeys: ["a b"] }, { annotations: { "a/b": "c" } }) }),
  );
  const live = () => fromTemplate(wanted, aMember(0).object as StoredObject<InstanceSpec>);

  it("is the same text the second time", () => {
    expect(JSON.stringify(fromTemplate(wanted, live()))).toBe(JSON.stringify(live()));
  });
  it("takes back what is the set's, and leaves what is not", () => {
    const other = live();
    const spec = { ...other.spec, description: "theirs", hostname: "theirs", sshKeys: ["a b", "c d"] };
    const metadata = { ...other.metadata, labels: { app: "x", mine: "1" }, annotations: { mine: "1" } };
    const again = fromTemplate(wanted, { ...other, metadata, spec });
    expect(again.spec).toMatchObject({ description: "ours", hostname: "theirs", sshKeys: ["a b", "c d"] });
    expect(again.metadata.labels).toEqual({ app: "web", mine: "1" });
    expect(again.metadata.annotations).toMatchObject({ mine: "1", "a/b": "c" });
  });
  it("loses what an older template had, and nothing else", () => {
    const mine = { ...live(), spec: { ...live().spec, hostname: "mine" } };
    const after = fromTemplate(wantedOf(aSet()), mine);
    expect(after.spec).toEqual({ image: { name: "tiny" }, hostname: "mine" });
    expect(after.metadata.generation).toBe(mine.metadata.generation + 1);
    expect(after.metadata.annotations).toEqual({ "compute.vmctl/revision": wantedOf(aSet()).revision });
  });
  it("is adopted by its reference alone, beside other owners", () => {
    const stranger = { apiVersion: "compute.vmctl/v1alpha1", kind: "Image", name: "i", uid: `${UID.slice(0, -1)}9` };
    const found = aMember(0).object as StoredObject<InstanceSpec>;
    const free = { ...found, metadata: { ...found.metadata, ownerReferences: [stranger] } };
    const own = adopted(aSet(), free);
    expect(own.metadata.ownerReferences?.map(({ kind }) => kind)).toEqual(["Image", "InstanceSet"]);
    expect(own.spec).toBe(free.spec);
  });
});
