import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { applySet } from "../../../apply/apply-set.ts";
import { parseManifests } from "../../../apply/manifest.ts";
import { formatManifestProblem } from "../../../apply/manifest-problem.ts";
import { Instance } from "../../../resources/instance.ts";
import { InstanceSet } from "../../../resources/instance-set.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { createObjectClient, type ObjectClient } from "../../../store/objects/object-client.ts";
import type { Store } from "../../../store/store.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { OTHER_UID } from "../../support/stored-instance.ts";

let server: EtcdServer;
let store: Store;
let objects: ObjectClient;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.store();
  objects = createObjectClient(store, systemClock);
});

const apiVersion = "compute.vmctl/v1alpha1";
const manifest = ({ kind, namespaced }: KindInfo, name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespaced && { namespace: "team" }), ...metadata },
  spec,
});
const vm = (name: string, metadata: object = {}) => manifest(Instance, name, {}, metadata);
const team = (spec: object = {}) => manifest(Namespace, "team", spec);
const SET = {
  replicas: 0,
  selector: { matchLabels: { app: "web" } },
  template: { metadata: { labels: { app: "web" } }, spec: {} },
};

/** What is said of each object, or of the set. */
async function apply(...wanted: object[]): Promise<string[]> {
  const { manifests, problems } = parseManifests(wanted.map((it) => stringify(it)).join("---\n"), "set.yaml");
  if (problems.length > 0) return problems.map(formatManifestProblem);
  const outcome = await applySet({ store, clock: systemClock, manager: "me" }, manifests);
  if (outcome.kind === "invalid") return outcome.problems.map(formatManifestProblem);
  return outcome.reports.map((report) => {
    const { kind, object } = report.manifest;
    const said = report.result === "refused" ? `: ${formatManifestProblem(report.problem)}` : "";
    return `${kind.singular}/${object.metadata.name} ${report.result}${said}`;
  });
}
const metadataOf = async (kind: KindInfo, name: string) => {
  const found = await objects.get(kind, "team", name);
  if (!found) throw new Error(`${name} is not there`);
  return found.metadata;
};
const ownerOf = async (kind: KindInfo, name: string, more: object = {}) => ({
  apiVersion,
  kind: kind.kind,
  name,
  uid: (await metadataOf(kind, name)).uid ?? "",
  ...more,
});

describe("a namespace", () => {
  test("takes as many as its limit says, counted over the set; what is there already stays", async () => {
    await apply(team({ limits: { instances: 2 } }));
    expect(await apply(vm("a"))).toEqual(["instance/a created"]);
    expect(await apply(vm("a"), vm("b"), vm("c"))).toEqual([
      "set.yaml:12:3 metadata.namespace names namespace team, which has 1 of at most 2 instances (spec.limits.instances): no room for 2 more",
    ]);
    expect(await apply(vm("a"), vm("b"))).toEqual(["instance/a unchanged", "instance/b created"]);
    expect((await apply(vm("c")))[0]).toContain("has 2 of at most 2 instances");
    expect(await apply(vm("a", { labels: { x: "y" } }))).toEqual(["instance/a configured"]);
    expect(await apply(manifest(InstanceSet, "web", SET))).toEqual(["instanceset/web created"]);
  });
  test("limits kinds that live in it, and no other", async () => {
    expect(await apply(team({ limits: { instance: 2 } }))).toEqual([
      'set.yaml:7:5 spec.limits.instance must be one of instancesets, instances, secrets (did you mean "instances"?)',
    ]);
    expect((await apply(team({ limits: { images: 2 } })))[0]).toContain("must be one of");
  });
  test("that goes takes nothing new; what is in it may still change", async () => {
    await apply(team(), vm("a"));
    await objects.requestDeletion({ kind: Namespace, namespace: undefined, name: "team" });
    expect(await apply(vm("b"))).toEqual([
      "set.yaml:5:3 metadata.namespace names namespace team, which is being deleted: nothing new comes into it",
    ]);
    expect(await apply(vm("a", { labels: { x: "y" } }))).toEqual(["instance/a configured"]);
  });
  test("whose deletion comes between the look and the write takes nothing either", async () => {
    await apply(team());
    let asked = false;
    const late: Store = {
      get: (key, options) => store.get(key, options),
      list: (prefixes, options) => store.list(prefixes, options),
      watch: (prefixes, options) => store.watch(prefixes, options),
      grantLease: (ttl, options) => store.grantLease(ttl, options),
      close: () => store.close(),
      commit: async (transaction, options) => {
        if (!asked) await objects.requestDeletion({ kind: Namespace, namespace: undefined, name: "team" });
        asked = true;
        return store.commit(transaction, options);
      },
    };
    const { manifests } = parseManifests(stringify(vm("b")), "set.yaml");
    const outcome = await applySet({ store: late, clock: systemClock, manager: "me" }, manifests);
    expect(outcome).toMatchObject({ kind: "applied", reports: [{ result: "refused" }] });
    expect(await objects.get(Instance, "team", "b")).toBeUndefined();
  });
});

describe("owners", () => {
  beforeEach(async () => {
    await apply(team(), manifest(InstanceSet, "web", SET), vm("a"));
  });

  test("must be there, by kind, name and uid", async () => {
    const owner = await ownerOf(InstanceSet, "web");
    expect(await apply(vm("b", { ownerReferences: [owner] }))).toEqual(["instance/b created"]);
    for (const wrong of [
      { ...owner, uid: OTHER_UID },
      { ...owner, name: "x" },
      { ...owner, kind: "Image" },
    ])
      expect((await apply(vm("c", { ownerReferences: [wrong] })))[0]).toMatch(
        /metadata\.ownerReferences\[0\] names an owner that is not there: no \w+ \w+ has the uid [0-9a-f-]{36}$/,
      );
    expect((await apply(vm("c", { ownerReferences: [{ ...owner, kind: "Instanse" }] })))[0]).toContain(
      'did you mean "Instance"?',
    );
  });
  test("of another namespace are not there", async () => {
    const owner = await ownerOf(Instance, "a");
    expect(
      (await apply({ ...vm("b"), metadata: { name: "b", namespace: "default", ownerReferences: [owner] } }))[0],
    ).toContain("names an owner that is not there");
  });
  test("on their way out own nothing new", async () => {
    const owner = await ownerOf(InstanceSet, "web");
    await objects.requestDeletion({ kind: InstanceSet, namespace: "team", name: "web" });
    expect((await apply(vm("b", { ownerReferences: [owner] })))[0]).toContain(
      "names instanceset web, which is being deleted",
    );
  });
  test("that go round in a circle are refused, over several objects and by other commands too", async () => {
    await apply(vm("b", { ownerReferences: [await ownerOf(Instance, "a")] }));
    await apply(vm("c", { ownerReferences: [await ownerOf(Instance, "b")] }));
    const round = [await ownerOf(Instance, "c")];
    expect(await apply(vm("a", { ownerReferences: round }))).toEqual([
      "instance/a refused: set.yaml:7:7 metadata.ownerReferences[0] goes round in a circle: instance c is owned by this object itself",
    ]);
    const ref = { kind: Instance, namespace: "team", name: "a" };
    const mutate = objects.update(ref, (it) => ({ ...it, metadata: { ...it.metadata, ownerReferences: round } }));
    await expect(mutate).rejects.toMatchObject({ code: "HeldBack" });
    expect((await apply(vm("a", { ownerReferences: [{ ...round[0], name: "a" }] })))[0]).toContain(
      "nothing owns itself",
    );
  });
  test("that are gone since are no reason to refuse what get printed", async () => {
    const owner = await ownerOf(InstanceSet, "web");
    await apply(vm("b", { ownerReferences: [owner] }));
    await store.commit({ compares: [], writes: [{ op: "delete", key: "spec/ns/team/instancesets/web" }] });
    expect(await apply(vm("b", { ownerReferences: [owner] }))).toEqual(["instance/b unchanged"]);
  });
});

describe("finalizers", () => {
  test("may be anybody's but vmctl's, and come before the deletion", async () => {
    await apply(team(), vm("a", { finalizers: ["example.org/backup"] }));
    expect((await metadataOf(Instance, "a")).finalizers).toEqual(["example.org/backup"]);
    expect((await apply(vm("b", { finalizers: ["compute.vmctl/x"] })))[0]).toContain("is vmctl's own");
    await objects.requestDeletion({ kind: Instance, namespace: "team", name: "a" });
    const ref = { kind: Instance, namespace: "team", name: "a" };
    const withFinalizers = (finalizers: string[]) =>
      objects.update(ref, (it) => ({ ...it, metadata: { ...it.metadata, finalizers } }));
    await expect(withFinalizers(["example.org/backup", "example.org/late"])).rejects.toMatchObject({
      code: "HeldBack",
    });
    await withFinalizers([]);
    expect((await metadataOf(Instance, "a")).finalizers ?? []).toEqual([]);
  });
});

describe("a selector", () => {
  test("never changes", async () => {
    await apply(team(), manifest(InstanceSet, "web", SET));
    const labels = { app: "other" };
    const template = { ...SET.template, metadata: { labels } };
    expect(
      (await apply(manifest(InstanceSet, "web", { ...SET, selector: { matchLabels: labels }, template })))[0],
    ).toContain("spec.selector cannot change");
  });
});
