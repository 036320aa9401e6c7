import { describe, expect, it } from "vitest";
import { parseCandidatesQuery } from "../../placement/query/parse-candidates-query.ts";
import { parseQueryString } from "../../placement/query/query-pair.ts";
import { readPlacementQuery } from "../../resources/placement-query.ts";
import { seededRandom, testSeed } from "../support/seed.ts";

const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";

const faultsOf = (text: string): readonly string[] => {
  const read = readPlacementQuery(text);
  return read.ok ? [] : read.faults;
};

describe("a query in a manifest", () => {
  it("may say all that Placement knows at 1.39", () => {
    const text = [
      "resources=VCPU:1,CUSTOM_GPU:2&required=A,!B&required=in:C,D&member_of=!in:%41".replace("%41", `${A},${B}`),
      `resources_x=VGPU:1&required_x=E&member_of_x=${A}&member_of_x=in:${A},${B}&in_tree_x=${B.toUpperCase()}`,
      "required_y=F&same_subtree=_x,_y&group_policy=isolate&root_required=G,!H&limit=5",
    ].join("&");
    expect(readPlacementQuery(text)).toEqual({
      ok: true,
      query: {
        groups: [
          {
            suffix: "",
            resources: { VCPU: 1, CUSTOM_GPU: 2 },
            required: [["A"], ["C", "D"]],
            forbidden: ["B"],
            memberOf: [],
            notMemberOf: [A, B],
          },
          {
            suffix: "_x",
            resources: { VGPU: 1 },
            required: [["E"]],
            forbidden: [],
            memberOf: [[A], [A, B]],
            notMemberOf: [],
            inTree: B,
          },
          { suffix: "_y", resources: {}, required: [["F"]], forbidden: [], memberOf: [], notMemberOf: [] },
        ],
        groupPolicy: "isolate",
        rootRequired: ["G"],
        rootForbidden: ["H"],
        sameSubtree: [["_x", "_y"]],
        limit: 5,
      },
    });
  });

  it.each<readonly [string, string]>([
    ["", '"" is no NAME=VALUE'],
    ["resources", '"resources" is no NAME=VALUE'],
    ["resources=VCPU:1&required=%zz", '"required=%zz" is no NAME=VALUE'],
    ["resource=VCPU:1", 'resource is not a parameter of Placement (did you mean "resources"?)'],
    ["resources=VCPU:1&resources=VCPU:2", "resources stands there twice"],
    ["resources=VCPU", 'resources: "VCPU" is no CLASS:AMOUNT'],
    ["resources=VCPU:1,VCPU:2", "resources: VCPU stands there twice"],
    ["resources=VCPU:0", "resources: VCPU must be from 1 to 2147483647 (got 0)"],
    ["resources=VCPU:2147483648", "resources: VCPU must be from 1 to 2147483647 (got 2147483648)"],
    ["resources=VCPU:-1", 'resources: "VCPU:-1" is no CLASS:AMOUNT'],
    ["resources=VCPU:1&required=", 'required: "" is no trait: A-Z, 0-9 and _'],
    ["resources=VCPU:1&required=a", 'required: "a" is no trait: A-Z, 0-9 and _'],
    ["resources=VCPU:1&required=in:A,!B", 'required: in: knows no ! (got "in:A,!B")'],
    ["resources=VCPU:1&required=A,!A", "required: A is forbidden as well"],
    ["resources=VCPU:1&member_of=x", 'member_of: "x" is no uuid'],
    [
      `resources=VCPU:1&member_of=${A},${B}`,
      `member_of: several aggregates need in: or !in: before them (got "${A},${B}")`,
    ],
    ["resources=VCPU:1&in_tree=x", 'in_tree: "x" is no uuid'],
    ["resources=VCPU:1&limit=0", 'limit must be a whole number from 1 on (got "0")'],
    ["resources=VCPU:1&group_policy=all", 'group_policy must be none or isolate (got "all")'],
    ["resources=VCPU:1&root_required=in:A", "root_required knows no in:"],
    ["resources=VCPU:1&root_required=A,!A", "root_required: A is forbidden as well"],
    ["resources=VCPU:1&same_subtree=_a", 'same_subtree: there is no group with the suffix "_a"'],
    [
      "resources1=VCPU:1&resources2=VCPU:1",
      "group_policy=none or isolate is missing: there is more than one group with a suffix",
    ],
    ["resources=VCPU:1&required1=A", "resources1=… is missing: only a group that same_subtree names may go without"],
    ["required1=A&same_subtree=1", "resources=… is missing: at least one group has to ask for some"],
  ])("%j is refused", (text, want) => {
    expect(faultsOf(text)).toEqual([want]);
  });

  it("is bounded", () => {
    const groups = Array.from({ length: 50 }, (_, index) => `resources${index}=VGPU:1`).join("&");
    expect(faultsOf(`${groups}&group_policy=none`)).toEqual(["has more than 16 groups (got 50)"]);
    expect(faultsOf("a&".repeat(5000))[0]).toBe("has more than 1000 parameters");
  });
});

describe("a query in a manifest and one to the Placement API", () => {
  const theirs = (text: string) => {
    try {
      return parseCandidatesQuery(parseQueryString(text), 39);
    } catch {
      return undefined;
    }
  };

  it("mean the same; what the API refuses, a manifest cannot say", () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const some = (make: () => string, most: number): string =>
      Array.from({ length: 1 + Math.floor(random() * most) }, make).join(",");
    const trait = () => pick(["A", "B", "CUSTOM_C", "!A", "!D", "", "a"]);
    const uuid = () => pick([A, B, A.toUpperCase(), "x"]);
    const suffix = () => pick(["", "", "1", "_a", "B-2", "!", "x".repeat(65)]);
    const value: Readonly<Record<string, () => string>> = {
      resources: () => some(() => pick(["VCPU:1", "DISK_GB:2", "CUSTOM_X:3", "VCPU:0", "VCPU", "VCPU:x"]), 2),
      required: () => pick(["", "", "", "in:"]) + some(trait, 3),
      member_of: () => pick(["", "!", "in:", "!in:"]) + some(uuid, 2),
      in_tree: uuid,
      group_policy: () => pick(["none", "isolate", "all"]),
      limit: () => pick(["1", "10", "0", "x"]),
      root_required: () => some(trait, 2),
      same_subtree: () => some(() => pick(["1", "_a", "B-2", "_z"]), 2),
      other: () => "1",
    };
    const grouped = ["resources", "resources", "required", "member_of", "in_tree"];
    const parameter = (): string => {
      const name = pick([...grouped, ...grouped, ...Object.keys(value)]);
      return `${name}${grouped.includes(name) ? suffix() : ""}=${value[name]?.()}`;
    };
    let accepted = 0;
    for (let round = 0; round < 5_000; round += 1) {
      const parts = Array.from({ length: Math.floor(random() * 5) }, parameter);
      const text = ["resources=VCPU:1", ...(random() < 0.5 ? ["group_policy=none"] : []), ...parts].join("&");
      const ours = readPlacementQuery(text);
      if (!ours.ok) continue;
      accepted += 1;
      expect({ text, seed, query: theirs(text) }).toEqual({ text, seed, query: ours.query });
    }
    expect(accepted).toBeGreaterThan(100);
  });
});
