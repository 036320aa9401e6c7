import { describe, expect, it } from "vitest";
import { BoundIndex } from "../../../controllers/cluster/bound-index.ts";
import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { SomePicture } from "../support/some-picture.ts";

const keyOf = (name: string) => `status/ns/default/instances/${name}`;
type Accepted = Omit<NonNullable<StatusRecord["accepted"]>, "generation">;

function bound(accepted: Accepted): ClusterRecord {
  const uid = "00000000-0000-4000-8000-000000000001";
  const binding = { hypervisor: "host-1", epoch: 1, boundAt: "2030-01-01T00:00:00Z" };
  const record = { uid, specCreateRevision: 1, binding, accepted: { generation: 1, ...accepted }, status: {} };
  return { type: "status", value: record } as ClusterRecord;
}

function anIndex() {
  const picture = new SomePicture();
  const index = new BoundIndex(picture.informer);
  const set = (name: string, accepted?: Accepted) => picture.set(keyOf(name), accepted && bound(accepted));
  return { index, set };
}

const SOUND = { spec: { resources: { vcpu: 2, memory: "1Gi", disk: "1Gi" } } };

describe("who has a host", () => {
  it("is found by the labels it has now: they change without a new generation", () => {
    const { index, set } = anIndex();
    const labelled = (value: string) => [...index.withLabel("default", ["app", value])].map(({ tail }) => tail);
    set("one", { ...SOUND, labels: { app: "web" } });
    expect(labelled("web")).toEqual(["ns/default/instances/one"]);
    set("one", { ...SOUND, labels: { app: "db" } });
    expect(labelled("web")).toEqual([]);
    expect(labelled("db")).toEqual(["ns/default/instances/one"]);
  });

  it.each([{ vcpu: "two" }, { vcpu: -7 }, { vcpu: null }, { vcpu: 1.5 }, { VCPU: "2" }, { CUSTOM_GPU: { a: 1 } }])(
    "is counted right beside and after one that somebody damaged: %j",
    (resources) => {
      const { index, set } = anIndex();
      set("one", SOUND);
      const before = { ...index.used("default") };
      expect(before["VCPU"]).toBe(2);
      set("bad", { spec: { resources } });
      for (const amount of Object.values(index.used("default"))) expect(amount).toBeGreaterThanOrEqual(1);
      set("bad");
      expect(index.used("default")).toMatchObject(before);
    },
  );

  it("keeps nobody away by terms that are none", () => {
    const { index, set } = anIndex();
    const term = { labelSelector: { matchLabels: { app: "web" } } };
    set("bad", { spec: { antiAffinity: [{}, null, { labelSelector: { matchExpressions: 5 } }, term] } });
    expect([...index.withTerms("default")].flatMap(({ antiAffinity }) => antiAffinity)).toEqual([term]);
  });
});
