import { describe, expect, it } from "vitest";
import type { BoundInstance } from "../../../controllers/cluster/bound-index.ts";
import { onTopOf } from "../../../controllers/scheduler/on-top-of.ts";
import { type Proposal, ProposalBatch } from "../../../controllers/scheduler/proposal.ts";
import { done } from "../../../runtime/result.ts";
import type { Compare, Write } from "../../../store/store.ts";
import { emptyPart } from "../../../store/transaction-part.ts";
import { anAssignment } from "../support/facts.ts";

const put = (key: string): Write => ({ op: "put", key, value: "{}" });
const at = (key: string, modRevision: number): Compare => ({ key, modRevision });
const absent = (key: string): Compare => ({ key, absent: true });

describe("a part on top of another", () => {
  const [usage, host, group] = ["placement/usage/p", "status/cluster/hypervisors/h", "placement/groups/default/a"];

  it("is held to what the one below wrote, of sums and turnstiles that both write, seen before or not", () => {
    const below = { compares: [at(host, 3)], writes: [put(usage), put(host), put(group)] };
    const part = { compares: [absent(usage), at(host, 3), at(group, 4)], writes: [put(usage), put(host), put(group)] };
    expect(onTopOf(part, below, 9)).toEqual({
      compares: [at(usage, 9), at(host, 9), at(group, 9)],
      writes: part.writes,
    });
  });

  it("keeps the compare of what it does not write itself: a turnstile that it did not go through", () => {
    const below = { compares: [], writes: [put(group)] };
    const part = { compares: [absent(group)], writes: [put(usage)] };
    expect(onTopOf(part, below, 9)).toEqual(part);
  });

  it("keeps the compare of what the one below did not write, and of what is no sum", () => {
    const below = {
      compares: [],
      writes: [put("uids/u"), put("placement/allocations/u"), put("status/ns/d/instances/a")],
    };
    const writes = [...below.writes, put(usage)];
    const part = { compares: [...below.writes.map(({ key }) => absent(key)), at(usage, 2)], writes };
    expect(onTopOf(part, below, 9)).toEqual(part);
  });
});

describe("a batch on top of one that is being written", () => {
  const proposal = (tail: string): Proposal => {
    const bound = { tail, namespace: "default", host: "h" } as BoundInstance;
    const claim = { compares: [], writes: [put(`placement/allocations/${tail}`)] };
    const assigned = anAssignment({ uid: tail, hypervisor: "h" });
    return { tail, part: emptyPart, claim, admits: true, assigned, bound, result: done() };
  };

  it("counts those of it that the picture does not show yet, and each once", () => {
    const shown = new Set<string>();
    const below = new ProposalBatch();
    below.add(proposal("ns/default/instances/a"));
    below.add(proposal("ns/default/instances/b"));
    const batch = new ProposalBatch({ batch: below, isSeen: ({ tail }) => shown.has(tail) });
    batch.add(proposal("ns/default/instances/c"));
    const counted = () => [
      batch.boundIn("default").map(({ tail }) => tail.at(-1)),
      batch.assignedTo("h").map(({ uid }) => uid.at(-1)),
      batch.admittedTo("default"),
    ];
    expect(counted()).toEqual([["a", "b", "c"], ["a", "b", "c"], 3]);
    shown.add("ns/default/instances/a");
    expect(counted()).toEqual([["b", "c"], ["b", "c"], 2]);
  });

  it("assumes all claims of it, whatever the picture shows, but hands on only its own", () => {
    const below = new ProposalBatch();
    below.add(proposal("a"));
    const batch = new ProposalBatch({ batch: below, isSeen: () => true });
    batch.add(proposal("b"));
    expect(batch.claims.writes.map(({ key }) => key.at(-1))).toEqual(["a", "b"]);
    expect(batch.ownClaims.writes.map(({ key }) => key.at(-1))).toEqual(["b"]);
  });
});
