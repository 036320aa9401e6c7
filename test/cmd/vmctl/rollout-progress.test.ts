import { describe, expect, it } from "vitest";
import { rolloutProgress } from "../../../cmd/vmctl/rollout/rollout-progress.ts";

const set = (conditions: Readonly<Record<string, "True" | "False">>, parts: { spec?: object; seen?: number } = {}) => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "InstanceSet",
  metadata: { name: "web", generation: 2 },
  spec: parts.spec ?? {},
  status: {
    observedGeneration: parts.seen ?? 2,
    readyReplicas: 1,
    conditions: Object.entries(conditions).map(([type, status]) => ({
      type,
      status,
      reason: "R",
      message: `of ${type}`,
    })),
  },
});

describe("how far a rollout is", () => {
  it.each([
    [set({ Updated: "True", Ready: "True" }, { seen: 1 }), "its newest spec has not been looked at yet"],
    [set({ Updated: "False", Ready: "False" }), "of Updated"],
    [set({ Updated: "True", Ready: "False" }), "of Ready"],
    // A name that is taken does not become free by waiting: that is what to say.
    [set({ Updated: "False", Ready: "False", ReplicaFailure: "True" }), "of ReplicaFailure"],
    [set({}), "nothing is known of its instances yet"],
  ])("%#: waits for %s", (object, text) => {
    expect(rolloutProgress(object)).toEqual({
      ...{ isDone: false, isHopeless: false, text: `waiting for instanceset "web": ${text}` },
    });
  });

  it("is through when all are updated and ready", () => {
    const progress = rolloutProgress(set({ Updated: "True", Ready: "True", ReplicaFailure: "False" }));
    expect(progress).toMatchObject({ isDone: true, text: 'instanceset "web" successfully rolled out: 1 ready' });
  });

  it.each([
    [set({ Accepted: "False" }), "is not accepted: of Accepted"],
    [set({ Updated: "False" }, { spec: { updateStrategy: { type: "OnDelete" } } }), "updateStrategy OnDelete"],
  ])("%#: cannot come to an end", (object, text) => {
    expect(rolloutProgress(object)).toMatchObject({ isHopeless: true, text: expect.stringContaining(text) });
  });
});
