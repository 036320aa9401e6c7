import { describe, expect, it } from "vitest";
import { listHosts } from "../../../controllers/scheduler/explain/list-hosts.ts";
import { type Obstacle, obstaclesAt, ofPlacement } from "../../../controllers/scheduler/explain/obstacles.ts";
import { placementRemedy } from "../../../controllers/scheduler/explain/placement-remedy.ts";
import { fittingAmount, relaxQuery } from "../../../controllers/scheduler/explain/relax-query.ts";
import { type RefusedHost, smallestChange } from "../../../controllers/scheduler/explain/smallest-change.ts";
import { NO_PEERS, type Wish } from "../../../controllers/scheduler/peers.ts";
import { ReviewPace } from "../../../controllers/scheduler/review-pace.ts";
import { WaitingRoom } from "../../../controllers/scheduler/waiting-room.ts";
import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import type { Refusal, Shortage } from "../../../placement/refusal.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { aHost, broken } from "../support/a-host.ts";

const wish = (spec: InstanceSpec = {}, more: Partial<Wish> = {}): Wish => ({
  ...{ uid: "00000000-0000-4000-8000-000000000099", namespace: "default", labels: {}, spec, ...more },
});
const shortage = (more: Partial<Shortage> = {}): Shortage => ({
  ...{ total: 8192, reserved: 512, minUnit: 1, maxUnit: 8192, stepSize: 1, allocationRatio: 1 },
  ...{ resourceClass: "MEMORY_MB", asked: 4096, free: 1024, short: 3072, provider: "p", ...more },
});
const short = (more: Partial<Shortage> = {}): Refusal => ({
  reason: "insufficient",
  text: "t",
  shortage: shortage(more),
});
const missing = (name: string): Refusal => ({
  ...{ reason: `trait ${name} missing`, text: `trait ${name} missing`, about: { kind: "traitMissing", names: [name] } },
});
const query: CandidatesQuery = {
  groups: [
    {
      suffix: "",
      resources: { VCPU: 1, MEMORY_MB: 4096 },
      required: [["CUSTOM_A"]],
      forbidden: [],
      memberOf: [],
      notMemberOf: [],
    },
  ],
};
const refused = (name: string, refusals: readonly Refusal[]): RefusedHost => ({
  ...{ name, provider: name, refusals, obstacles: refusals.map((refusal) => ofPlacement(refusal, name)) },
});

describe("what would have to be otherwise", () => {
  it.each<[string, Partial<Shortage>, readonly string[] | undefined]>([
    ["less, or something freed", {}, ["3072 MiB of memory less", "3072 MiB freed on h"]],
    ["nothing is free", { free: 0, short: 4096 }, ["4096 MiB of memory freed on h"]],
    ["no room for it ever", { asked: 9000, short: 7976 }, ["7976 MiB of memory less"]],
    [
      "CPUs have no unit",
      { resourceClass: "VCPU", total: 8, reserved: 0, maxUnit: 8, asked: 4, free: 3, short: 1 },
      ["1 vcpu less", "1 vcpu freed on h"],
    ],
    ["a step", { stepSize: 1000, asked: 4096, free: 5000, short: 0 }, ["96 MiB of memory less"]],
    ["too little", { minUnit: 64, asked: 10, free: 5000, short: 0 }, ["54 MiB of memory more"]],
    ["nothing can be said", { total: 0, reserved: 0, free: 0, asked: 1, short: 1 }, undefined],
  ])("%s", (_, more, ways) => expect(placementRemedy(short(more), "h")?.ways).toEqual(ways));

  it("is not a trait that a host finds out about itself", () => {
    expect(placementRemedy(missing("HW_CPU_X86_AVX2"), "h")?.ways).toEqual(["HW_CPU_X86_AVX2 no longer required"]);
    expect(placementRemedy(missing("CUSTOM_SSD"), "h")?.ways).toContain("trait CUSTOM_SSD on h");
  });

  it("an amount that would be given", () => {
    expect(fittingAmount(shortage())).toBe(1024);
    expect(fittingAmount(shortage({ free: 0 }))).toBeUndefined();
    expect(fittingAmount(shortage({ minUnit: 2048 }))).toBeUndefined();
  });
});

describe("a query that asks less", () => {
  it("leaves out what was refused, and nothing else", () => {
    expect(relaxQuery(query, [missing("CUSTOM_A")])?.groups[0]?.required).toEqual([]);
    expect(relaxQuery(query, [missing("CUSTOM_B")])?.groups[0]?.required).toEqual([["CUSTOM_A"]]);
    expect(relaxQuery(query, [short()])?.groups[0]?.resources).toEqual({ VCPU: 1, MEMORY_MB: 1024 });
    expect(relaxQuery(query, [short({ free: 0 })])?.groups[0]?.resources).toEqual({ VCPU: 1 });
    expect(relaxQuery(query, [{ reason: "x", text: "x" }])).toBeUndefined();
  });
});

describe("the smallest change", () => {
  const nothing = async () => [];

  it("is that of the host which needs least", async () => {
    const hosts = [refused("a", [short()]), refused("b", [short({ free: 4000, short: 96 })])].reverse();
    expect((await smallestChange(hosts, query, nothing))?.text).toBe(
      "with 96 MiB of memory less, or 96 MiB freed on b, it would fit on b",
    );
  });

  it("counts what Placement says only afterwards", async () => {
    const behind = async (asked: CandidatesQuery) =>
      asked.groups[0]?.required.length === 0 ? [short()] : [missing("CUSTOM_A")];
    const change = await smallestChange([refused("a", [missing("CUSTOM_A")])], query, behind);
    expect(change?.text).toBe("with CUSTOM_A no longer required and 3072 MiB of memory less, it would fit on a");
  });

  it("is not said when nobody could, nor when it is not seen to be enough", async () => {
    const mute: Obstacle = { by: "affinity", reason: "r", text: "t", remedy: undefined };
    expect(await smallestChange([{ ...refused("a", []), obstacles: [mute] }], query, nothing)).toBeUndefined();
    const never = async () => [missing("CUSTOM_A")];
    expect(await smallestChange([refused("a", [missing("CUSTOM_A")])], query, never)).toBeUndefined();
  });

  it("asks Placement so many times and no more", async () => {
    let questions = 0;
    const never = async () => {
      questions += 1;
      return [missing("CUSTOM_A")];
    };
    await smallestChange(
      Array.from({ length: 100 }, (_, index) => refused(`h${index}`, [missing("CUSTOM_A")])),
      query,
      never,
    );
    expect(questions).toBeLessThan(12);
  });
});

describe("obstacles", () => {
  it("are all that filters say, each with its remedy", () => {
    const host = aHost("host-1", {
      spec: {
        taints: [
          { key: "a", effect: "NoSchedule" },
          { key: "b", value: "c", effect: "NoSchedule" },
        ],
      },
    });
    const found = obstaclesAt(
      host,
      [],
      wish({ hypervisorSelector: { room: "x" }, interfaces: [{ name: "e", bridge: "br9" }] }),
      NO_PEERS,
    );
    expect(found.map(({ by, remedy }) => [by, remedy?.ways[0]])).toEqual([
      ["untainted", "tolerations of a and b=c"],
      ["selected", "hypervisorSelector without room=x"],
      ["connected", "bridge br9 on host-1"],
    ]);
  });

  it("say once what Placement and a filter both know, in the words of the one that knows more", () => {
    const cordoned: Refusal = { reason: "cordoned", text: "cordoned" };
    const silent = obstaclesAt(aHost("host-1", { silent: true }), [cordoned], wish(), NO_PEERS);
    expect(silent.map(({ text }) => text)).toEqual(["silent: no heartbeat"]);
    const lan: Refusal = missing("CUSTOM_NETWORK_GONE");
    const nets = obstaclesAt(aHost("host-1"), [lan], wish({ interfaces: [{ name: "e", network: "gone" }] }), NO_PEERS);
    expect(nets.map(({ text }) => text)).toEqual(["no network gone"]);
    const pool = obstaclesAt(aHost("host-1", broken("StoragePoolReady", "PoolFull")), [], wish(), NO_PEERS);
    expect(pool.map(({ text }) => text)).toEqual(["PoolFull"]);
  });
});

describe("a long list of hosts", () => {
  const words = "memory: 16384 MiB asked, 13516 free of 16384 × 1.0, 820 reserved";
  const many = Array.from({ length: 3000 }, (_, index) =>
    refused(`host-${index}`, [{ ...short({ asked: 4096 + index }), text: words }]),
  );
  const looked = { hypervisors: 3000, fits: [], refused: many };

  it("has the first ones, and counts the others", () => {
    const { refused: lines, moreRefused } = listHosts(looked, false, wish(), NO_PEERS);
    expect([lines.length, moreRefused]).toEqual([50, [{ reason: "insufficient", count: 2950 }]]);
  });

  it("with all hosts stays below the limit of an object", () => {
    const listed = listHosts(looked, true, wish(), NO_PEERS);
    expect(JSON.stringify(listed).length).toBeLessThan(256 * 1024 - 20_000);
    expect(listed.refused.length).toBeGreaterThan(1000);
    expect(listed.refused.length + (listed.moreRefused?.[0]?.count ?? 0)).toBe(3000);
  });
});

it("reviews come in a burst, then one every 200 ms", () => {
  const pace = new ReviewPace(1000);
  const taken = Array.from({ length: 20 }, () => pace.take(1000));
  expect(taken).toEqual(taken.map(() => 0));
  expect(pace.take(1050)).toBe(150);
  expect([pace.take(1200), pace.take(1201)]).toEqual([0, 199]);
  expect([pace.take(1600), pace.take(1600), pace.take(1600)]).toEqual([0, 0, 200]);
});

it("the waiting room knows who waits with one, and who comes first", () => {
  const room = new WaitingRoom();
  const none = { reason: "NoCapacity", message: "" };
  for (const [name, priority] of [
    ["a", 0],
    ["b", 5],
    ["c", 9],
  ] as const)
    room.enter(name, wish({ priority }), none);
  room.enter("d", wish({ priority: 7, hypervisor: "x" }), none);
  expect(room.standing("b")).toEqual({ same: 2, higher: 2 });
  expect(room.standing("nobody")).toBeUndefined();
});
