import { describe, expect, it } from "vitest";
import { claimedFrom, sumOf } from "../../../placement/claimed-from.ts";
import { SharedCandidates } from "../../../placement/openstack/shared-candidates.ts";
import type { Candidates } from "../../../placement/placement.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { candidateOn, uuid } from "../examples.ts";

const SIZE = { VCPU: 1, MEMORY_MB: 512 };
/** `free` hosts by number: how many instances of SIZE fit. */
const answer = (free: Readonly<Record<number, number>>): Candidates => ({
  candidates: Object.keys(free).map((n) => candidateOn(Number(n), SIZE)),
  providers: Object.fromEntries(
    Object.entries(free).map(([n, count]) => {
      const capacity = { VCPU: 100, MEMORY_MB: 1024 + 512 * count, DISK_GB: 10 };
      return [uuid(Number(n)), { uuid: uuid(Number(n)), capacity, used: { MEMORY_MB: 1024 }, traits: [] }];
    }),
  ),
  reasons: [],
});
const hosts = ({ candidates }: Candidates): string[] => candidates.map(({ provider }) => provider);

describe("an answer from which something was claimed", () => {
  it("has so much less, and offers a host until it is full", () => {
    const before = answer({ 1: 2, 2: 1 });
    const once = claimedFrom(before, candidateOn(1, SIZE).allocations);
    expect(once.providers[uuid(1)]).toMatchObject({ used: { VCPU: 1, MEMORY_MB: 1536 } });
    expect(hosts(once)).toEqual([uuid(1), uuid(2)]);
    const twice = claimedFrom(once, candidateOn(1, SIZE).allocations);
    expect(hosts(twice)).toEqual([uuid(2)]);
    expect(before).toEqual(answer({ 1: 2, 2: 1 }));
  });

  it("is the same one when the claim was elsewhere", () => {
    const before = answer({ 1: 1 });
    expect(claimedFrom(before, candidateOn(7, SIZE).allocations)).toBe(before);
  });

  it("loses a candidate of several providers when one of them is full", () => {
    const [one, two] = [uuid(1), uuid(2)];
    const allocations = { [one]: { VCPU: 1 }, [two]: { MEMORY_MB: 512 } };
    const before = { ...answer({ 1: 1, 2: 1 }), candidates: [{ provider: one, allocations }] };
    expect(hosts(claimedFrom(before, { [one]: { MEMORY_MB: 512 } }))).toEqual([one]);
    expect(hosts(claimedFrom(before, { [two]: { MEMORY_MB: 1 } }))).toEqual([]);
  });

  it("takes a class that no summary shows for a full one", () => {
    expect(hosts(claimedFrom(answer({ 1: 5 }), { [uuid(1)]: { CUSTOM_GPU: 1 } }))).toEqual([uuid(1)]);
    const before = { ...answer({ 1: 5 }), candidates: [candidateOn(1, { CUSTOM_GPU: 1 })] };
    expect(hosts(claimedFrom(before, { [uuid(1)]: { VCPU: 1 } }))).toEqual([]);
  });
});

it("claims are added up by provider and class", () => {
  const [one, two] = [uuid(1), uuid(2)];
  const sum = sumOf({ [one]: { VCPU: 1, DISK_GB: 3 } }, { [one]: { VCPU: 2, MEMORY_MB: 4 }, [two]: { VCPU: 5 } });
  expect(sum).toEqual({ [one]: { VCPU: 3, DISK_GB: 3, MEMORY_MB: 4 }, [two]: { VCPU: 5 } });
});

describe("one request for many equal ones", () => {
  /** Answers `answers` in turn, when it is let. */
  function world(...answers: Candidates[]) {
    const clock = new FakeClock();
    const shared = new SharedCandidates(clock, 1_000);
    const gates: (() => void)[] = [];
    let asked = 0;
    const ask = async (): Promise<Candidates> => {
      const mine = answers[asked++] ?? answer({});
      await new Promise<void>((resolve) => gates.push(resolve));
      return mine;
    };
    const get = (query = "q"): Promise<Candidates> => shared.get(query, ask);
    const got = async (query = "q"): Promise<string[]> => {
      const answering = get(query);
      gates.shift()?.();
      return hosts(await answering);
    };
    return { clock, shared, get, got, gates, asked: () => asked };
  }

  it("is sent once for all who wait, and serves who comes a moment later", async () => {
    const { get, got, gates, asked, clock } = world(answer({ 1: 1 }));
    const waiting = [get(), get(), get()];
    gates.shift()?.();
    expect((await Promise.all(waiting)).map(hosts)).toEqual([[uuid(1)], [uuid(1)], [uuid(1)]]);
    await clock.advance(999);
    expect(await got()).toEqual([uuid(1)]);
    expect(asked()).toBe(1);
  });

  it("is sent again after a time, from when it was asked", async () => {
    const { got, get, gates, clock, asked } = world(answer({ 1: 1 }), answer({ 2: 1 }));
    const slow = get();
    await clock.advance(900);
    gates.shift()?.();
    await slow;
    await clock.advance(100);
    expect(await got()).toEqual([uuid(2)]);
    expect(asked()).toBe(2);
  });

  it("is not one of another query", async () => {
    const { got } = world(answer({ 1: 1 }), answer({ 2: 1 }));
    expect([await got("a"), await got("b"), await got("a")]).toEqual([[uuid(1)], [uuid(2)], [uuid(1)]]);
  });

  it("gives each what the ones before it left, and is sent again when nothing is left", async () => {
    const { got, shared, asked } = world(answer({ 1: 1, 2: 1 }), answer({ 3: 1 }));
    expect(await got()).toEqual([uuid(1), uuid(2)]);
    shared.claiming(candidateOn(1, SIZE).allocations);
    expect(await got()).toEqual([uuid(2)]);
    shared.claiming(candidateOn(2, SIZE).allocations);
    expect(await got()).toEqual([uuid(3)]);
    expect(asked()).toBe(2);
  });

  it("is sent again after a drop, and what was under way then is not kept", async () => {
    const { got, get, gates, shared, asked } = world(answer({ 1: 1 }), answer({ 2: 1 }), answer({ 3: 1 }));
    expect(await got()).toEqual([uuid(1)]);
    shared.drop();
    const under = get();
    shared.drop();
    gates.shift()?.();
    expect(hosts(await under)).toEqual([uuid(2)]);
    expect(await got()).toEqual([uuid(3)]);
    expect(asked()).toBe(3);
  });

  it("that failed fails all who waited, and none who comes later", async () => {
    const { shared, got } = world(answer({ 1: 1 }));
    const failing = (): Promise<Candidates> => Promise.reject(new Error("away"));
    const waiting = [shared.get("q", failing), shared.get("q", failing)];
    for (const outcome of await Promise.allSettled(waiting)) expect(outcome.status).toBe("rejected");
    expect(await got()).toEqual([uuid(1)]);
  });

  it("keeps a bounded number of answers", async () => {
    const { got, asked } = world(...Array.from({ length: 40 }, () => answer({ 1: 1 })));
    for (let n = 0; n < 20; n++) await got(`query ${n}`);
    await got("query 19");
    expect(asked()).toBe(20);
    await got("query 0");
    expect(asked()).toBe(21);
  });
});
