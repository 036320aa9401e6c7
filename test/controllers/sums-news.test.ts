import { describe, expect, it } from "vitest";
import { ClusterView } from "../../controllers/cluster/cluster-view.ts";
import { SumsNews } from "../../controllers/sums-news.ts";
import { anAssignment } from "./support/facts.ts";
import { SomePicture } from "./support/some-picture.ts";

const KEY = "status/cluster/hypervisors/host-1";
const READY = { type: "Ready", status: "True", reason: "Serving", message: "", lastTransitionTime: "t" } as const;

function news() {
  const picture = new SomePicture();
  const status = (instances: number, more: object = {}) => {
    const { vcpu, memory, disk } = anAssignment().machine;
    const allocated = { vcpu: vcpu * instances, memory: memory * instances, disk: disk * instances };
    const value = { uid: "u", specCreateRevision: 1, status: { allocated, instances, conditions: [READY], ...more } };
    picture.set(KEY, { type: "status", value });
  };
  const assign = (uid: string, value: ReturnType<typeof anAssignment> | undefined = anAssignment()) =>
    picture.set(`assigned/host-1/instances/${uid}`, { type: "assignedInstance", value });
  status(0);
  // Every kind of entry under a prefix is what this picture tells: the whole.
  const informer = {
    ...picture.informer,
    malformed: new Map(),
    entries: (prefix = "") => [...picture.informer.entries()].filter(({ key }) => key.startsWith(prefix)),
  } as typeof picture.informer;
  const view = new ClusterView(informer, () => true);
  return { status, assign, picture, sums: new SumsNews(view) };
}

describe("a change of a hypervisor's status", () => {
  it("is one of sums alone when a bind wrote it with the assignment that it counts", () => {
    const { status, assign, sums } = news();
    assign("a");
    status(1);
    expect(sums.isAll(KEY)).toBe(true);
    assign("b");
    status(2);
    expect(sums.isAll(KEY)).toBe(true);
  });

  it("is more when its sums are not those of what is assigned", () => {
    const { status, assign, sums } = news();
    assign("a");
    status(2);
    expect(sums.isAll(KEY)).toBe(false);
  });

  it("is more when anything else changed with them, before or now", () => {
    const { status, assign, sums } = news();
    assign("a");
    status(1, { conditions: [{ ...READY, status: "Unknown" }] });
    expect(sums.isAll(KEY)).toBe(false);
    status(1);
    expect(sums.isAll(KEY)).toBe(false);
    status(1);
    expect(sums.isAll(KEY)).toBe(true);
  });

  it("is more when the record came, or went", () => {
    const { status, picture, sums } = news();
    picture.set(KEY, undefined);
    expect(sums.isAll(KEY)).toBe(false);
    status(0);
    expect(sums.isAll(KEY)).toBe(false);
  });

  it("is no such news under another key", () => {
    const { sums } = news();
    expect(sums.isAll("spec/cluster/hypervisors/host-1")).toBe(false);
    expect(sums.isAll("status/ns/default/instances/web-1")).toBe(false);
  });
});
