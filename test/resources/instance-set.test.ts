import { describe, expect, it } from "vitest";
import { storedSpecProblem } from "../../resources/decode-object.ts";
import { Image } from "../../resources/image.ts";
import { Instance } from "../../resources/instance.ts";
import { InstanceSet } from "../../resources/instance-set.ts";
import { KINDS, type KindInfo } from "../../resources/kinds.ts";
import { formatProblem } from "../../resources/problem.ts";
import { decodeTemplateRevision } from "../../resources/template-revision.ts";
import { validateManifest } from "../../resources/validate.ts";

const UID = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
const apiVersion = "compute.vmctl/v1alpha1";
function problemsOf({ kind }: KindInfo, spec: object, metadata: object = {}): string[] {
  const verdict = validateManifest({ apiVersion, kind, metadata: { name: "web", ...metadata }, spec });
  return verdict.ok ? [] : verdict.problems.map(formatProblem);
}
const labels = { app: "web" };
const set = (more: object = {}, template: object = {}) => ({
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: {}, ...template },
  ...more,
});

describe("an instance set", () => {
  it("may be short", () => {
    expect(problemsOf(InstanceSet, set())).toEqual([]);
  });

  it.each<readonly [string, object, string]>([
    ["a template", { selector: { matchLabels: labels } }, "spec.template is required"],
    ["a selector", { template: { spec: {} } }, "spec.selector is required"],
    [
      "a selector that selects",
      set({ selector: { matchLabels: {} } }),
      "spec.selector.matchLabels must NOT have fewer than 1",
    ],
    [
      "its labels in the template",
      set({}, { metadata: { labels: { app: "db" } } }),
      'template.metadata.labels.app must be "web"',
    ],
    ["a number", set({ replicas: "3" }), "spec.replicas must be integer"],
    ["a number that names can hold", set({ replicas: 1001 }), "spec.replicas must be at most 1000"],
    ["no negative number", set({ replicas: -1 }), "spec.replicas must be at least 0"],
    ["somebody away at a time", set({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }), "maxUnavailable"],
    [
      "a percentage",
      set({ updateStrategy: { rollingUpdate: { maxUnavailable: "0%" } } }),
      "a percentage from 1% to 100%",
    ],
    ["a known strategy", set({ updateStrategy: { type: "Recreate" } }), "spec.updateStrategy.type"],
    [
      "an instance's fields",
      set({}, { spec: { imge: {} } }),
      'template.spec.imge is not a field (did you mean "image"?)',
    ],
    [
      "an instance's rules",
      set({}, { spec: { resources: { memory: 512 } } }),
      "spec.template.spec.resources.memory must be at least 1Mi",
    ],
    [
      "no mac for all",
      set({}, { spec: { interfaces: [{ name: "a", mac: "52:54:00:00:00:01" }] } }),
      "interfaces[0].mac is not for a template",
    ],
    [
      "no address for all",
      set({}, { spec: { interfaces: [{ name: "a", addresses: ["192.0.2.7/24"] }] } }),
      "interfaces[0].addresses is not for a template",
    ],
    [
      "no request for all at once",
      set({}, { metadata: { labels, annotations: { "compute.vmctl/recreate": "1" } } }),
      "is vmctl's own",
    ],
  ])("needs %s", (_sentence, spec, message) => {
    expect(problemsOf(InstanceSet, spec).join("; ")).toContain(message);
  });

  it("takes back what rollout restart wrote", () => {
    const metadata = { labels, annotations: { "compute.vmctl/restart": "2030-01-01T00:00:00.000Z" } };
    expect(problemsOf(InstanceSet, set({}, { metadata }))).toEqual([]);
  });

  it("has a name that leaves room for ordinals", () => {
    expect(problemsOf(InstanceSet, set(), { name: "a".repeat(59) })).toEqual([]);
    expect(problemsOf(InstanceSet, set(), { name: "a".repeat(60) })[0]).toContain("at most 59 characters");
    expect(problemsOf(Instance, {}, { name: "a".repeat(60) })).toEqual([]);
  });

  it("is judged in the store as it is in a manifest, unknown fields apart", () => {
    expect(storedSpecProblem(InstanceSet, { ...set(), tomorrow: 1 })).toBeUndefined();
    expect(storedSpecProblem(InstanceSet, set({}, { spec: { resources: { memory: 1 } } }))).toContain("at least 1Mi");
  });

  it("keeps templates under its own uid and their number", () => {
    const template = { metadata: { labels }, spec: {} };
    const text = JSON.stringify({ uid: UID, name: "web-1", number: 2, createdAt: "2030-01-01T00:00:00Z", template });
    expect(decodeTemplateRevision(`revisions/${UID}/2`, text).ok).toBe(true);
    expect(decodeTemplateRevision(`revisions/${UID}/3`, text).ok).toBe(false);
    expect(decodeTemplateRevision(`revisions/${UID.replace("6", "7")}/2`, text).ok).toBe(false);
    expect(decodeTemplateRevision(`revisions/${UID}/2`, text.replace(/"spec":\{\}/, '"spec":1')).ok).toBe(false);
  });
});

describe("metadata of a manifest", () => {
  const owner = { apiVersion, kind: "Instance", name: "a", uid: UID };
  const problems = (ownerReferences: object[], kind: KindInfo = Instance) =>
    problemsOf(kind, {}, { ownerReferences }).join("; ");

  it.each<readonly [string, string, string]>([
    ["another version", problems([{ ...owner, apiVersion: "v1" }]), "ownerReferences[0].apiVersion must be"],
    ["an unknown kind", problems([{ ...owner, kind: "Instanse" }]), 'did you mean "Instance"?'],
    ["itself", problems([{ ...owner, name: "web" }]), "nothing owns itself"],
    ["one owner twice", problems([owner, { ...owner, name: "b" }]), "ownerReferences[1].uid stands in this list twice"],
    [
      "two controllers",
      problems([
        { ...owner, controller: true },
        { ...owner, uid: UID.replace("6", "7"), controller: true },
      ]),
      "only one owner",
    ],
    ["no uid", problems([{ ...owner, uid: undefined }]), "ownerReferences[0].uid is required"],
    [
      "a namespaced owner of what is in none",
      problemsOf(Image, { source: { url: "http://a/b" } }, { ownerReferences: [owner] }).join(),
      "lives in a namespace",
    ],
    ["a field nobody knows", problems([{ ...owner, color: "red" }]), "ownerReferences[0].color is not a field"],
  ])("names no owner with %s", (_sentence, found, want) => {
    expect(found).toContain(want);
  });

  it("may name owners and finalizers", () => {
    expect(problems([{ ...owner, controller: true, blockOwnerDeletion: false }])).toBe("");
    expect(problemsOf(Instance, {}, { finalizers: ["example.org/backup"] })).toEqual([]);
    expect(problemsOf(Instance, {}, { finalizers: ["compute.vmctl/own"] })[0]).toContain("is vmctl's own");
    expect(problemsOf(Instance, {}, { finalizers: ["backup"] })[0]).toContain("finalizers[0] must be");
  });
});

describe("the kinds", () => {
  it("stand in the order of deletion: what makes others before what it makes", () => {
    expect(KINDS.indexOf(InstanceSet)).toBeLessThan(KINDS.indexOf(Instance));
    expect(KINDS.at(-1)?.kind).toBe("Namespace");
  });
});
