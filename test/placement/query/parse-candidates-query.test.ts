import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlacementProblem } from "../../../placement/engine/placement-problem.ts";
import { parseCandidatesQuery } from "../../../placement/query/parse-candidates-query.ts";
import { parseQueryString } from "../../../placement/query/query-pair.ts";

const AGG = "0f000000-0000-4000-8000-000000000001";
const AGG2 = "0f000000-0000-4000-8000-000000000002";
const parse = (text: string, version = 39) => parseCandidatesQuery(parseQueryString(text), version);
const NOTHING = { required: [], forbidden: [], memberOf: [], notMemberOf: [] };

function problemOf(text: string, version = 39): PlacementProblem {
  try {
    parse(text, version);
  } catch (error) {
    if (error instanceof PlacementProblem) return error;
    throw error;
  }
  throw new Error(`${text} passed at 1.${version}`);
}

describe("a candidates query", () => {
  it("is read in full", () => {
    const query = [
      "resources=VCPU:2,MEMORY_MB:1024&required=A,!B&required=in:C,D&root_required=R,!S&limit=7",
      `&resources_NIC=CUSTOM_VF:1&member_of_NIC=in:${AGG},${AGG2}&member_of_NIC=!${AGG2.toUpperCase()}`,
      `&required_NUMA=N&in_tree_NIC=${AGG.replaceAll("-", "")}&same_subtree=_NIC,_NUMA&group_policy=none`,
    ].join("");
    expect(parse(query)).toEqual({
      groups: [
        {
          ...NOTHING,
          suffix: "",
          resources: { VCPU: 2, MEMORY_MB: 1024 },
          required: [["A"], ["C", "D"]],
          forbidden: ["B"],
        },
        {
          ...NOTHING,
          ...{ suffix: "_NIC", resources: { CUSTOM_VF: 1 }, memberOf: [[AGG, AGG2]], notMemberOf: [AGG2], inTree: AGG },
        },
        { ...NOTHING, suffix: "_NUMA", resources: {}, required: [["N"]] },
      ],
      groupPolicy: "none",
      rootRequired: ["R"],
      rootForbidden: ["S"],
      sameSubtree: [["_NIC", "_NUMA"]],
      limit: 7,
    });
  });

  it("takes the last of repeated traits below 1.39, all of them from there", () => {
    const text = "resources=VCPU:1&required=A&required=B";
    expect(parse(text, 38).groups[0]?.required).toEqual([["B"]]);
    expect(parse(text, 39).groups[0]?.required).toEqual([["A"], ["B"]]);
  });

  it("decodes escapes, and plus as a space", () => {
    expect(parse("resources=VCPU%3A1&required=A%2C+B").groups[0]?.required).toEqual([["A"], ["B"]]);
  });

  it.each([
    ["limit=1", 39, "There must be at least one resources", "placement.query.missing_value"],
    ["limit=1", 35, "At least one request group", "bad_request"],
    ["required=A", 39, "There must be at least one resources", "placement.query.missing_value"],
    ["required=A", 35, "orphaned traits keys: required", "bad_request"],
    ["resources=VCPU:1&member_of2=x", 24, "'member_of2' was unexpected", "bad_request"],
    [`resources=VCPU:1&member_of2=${AGG}`, 25, "orphaned member_of keys: member_of2", "bad_request"],
    ["resources=VCPU:1&in_tree=x", 30, "'in_tree' does not match any of the regexes", "bad_request"],
    ["resources=VCPU:1&in_tree=x", 31, "Expected 'in_tree' parameter to be a format of uuid", "bad_request"],
    ["resources01=VCPU:1", 32, "'resources01' does not match any of the regexes", "bad_request"],
    ["limit=1", 16, "'resources' is a required property", "bad_request"],
    ["resources=VCPU:1&limit=0", 16, "Failed validating 'pattern'", "bad_request"],
    ["resources=VCPU:1&limit=5", 15, "'limit' was unexpected", "bad_request"],
    ["resources=VCPU:1&required=!A", 21, "of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: !A", "bad_request"],
    ["resources=VCPU:1&required=A,", 22, "HW_CPU_X86_VMX,!CUSTOM_MAGIC. Got an empty trait", "bad_request"],
    ["resources=VCPU:1&required=in:A", 38, "only supported since microversion 1.39", "bad_request"],
    ["resources=VCPU:1&required=in:A,!B", 39, "does not support forbidden traits", "bad_request"],
    ["resources=VCPU:1&required=in:A,B,&limit=2", 39, "Got an empty trait", "bad_request"],
    ["resources=VCPU:1&required=in:A,B&required=!A,!B", 39, "required: (A, B)", "bad_request"],
    [`resources=VCPU:1&member_of=${AGG},${AGG}`, 39, "must be prefixed with the 'in:'", "bad_request"],
    [`resources=VCPU:1&member_of=!${AGG}`, 31, "Forbidden member_of parameters are not supported", "bad_request"],
    [`resources=VCPU:1&member_of=${AGG}&member_of=${AGG}`, 23, "Multiple member_of parameters", "bad_request"],
    ["resources=VCPU:1&member_of=in:x", 39, "Expected 'member_of' parameter to contain valid UUID(s)", "bad_request"],
    ["resources=", 39, "Got: empty string.", "bad_request"],
    ["resources=VCPU", 39, "Got: VCPU.", "bad_request"],
    ["resources=VCPU:1:2", 39, "Badly formed resources parameter", "bad_request"],
    ["resources=VCPU:fred", 39, "expected positive integer amount. Got: fred.", "bad_request"],
    ["resources=VCPU:1.5", 39, "expected positive integer amount", "bad_request"],
    ["resources=VCPU:-2", 39, "requires amount >= 1. Got: -2.", "bad_request"],
    ["resources=VCPU:0", 39, "requires amount >= 1. Got: 0.", "bad_request"],
    ["resources1=VCPU:1&resources2=VCPU:1", 39, 'The "group_policy" parameter is required', "bad_request"],
    ["resources1=VCPU:1&group_policy=x", 39, "'x' is not one of ['none', 'isolate']", "bad_request"],
    ["resources=VCPU:1&root_required=A", 34, "'root_required' does not match any of the regexes", "bad_request"],
    ["resources=VCPU:1&root_required=A&root_required=B", 35, "only once", "placement.query.duplicate_key"],
    ["resources=VCPU:1&root_required=A,!A", 35, "found in root_required: A", "placement.query.bad_value"],
    ["resources1=VCPU:1&same_subtree=1,", 36, "Empty string (unsuffixed group)", "placement.query.bad_value"],
    ["resources1=VCPU:1&same_subtree=1,2", 36, "Real suffixes should be specified", "placement.query.bad_value"],
    ["resources1=VCPU:1&required2=A", 36, "bad group(s) - ['2']", "placement.query.bad_value"],
    ["resources=VCPU:1&required=%ff", 39, "not UTF-8", "bad_request"],
  ])("%s at 1.%d is refused", (text, version, message, code) => {
    const problem = problemOf(text, version);
    expect(problem.message).toContain(message);
    expect(problem.code).toBe(code);
  });

  it("takes an amount that nobody can have", () => {
    expect(parse("resources=VCPU:99999999999999999999").groups[0]?.resources).toEqual({
      VCPU: Number.MAX_SAFE_INTEGER,
    });
  });

  it("refuses more parameters than anybody sends, in no time", () => {
    expect(problemOf("a=1&".repeat(100_000)).message).toContain("more than 1000");
  });

  it("never fails in another way", () => {
    const piece = fc.constantFrom(
      "resources",
      "required",
      "member_of",
      "in_tree",
      "=",
      "&",
      ":",
      ",",
      "!",
      "in:",
      "%",
      "A1",
      "VCPU",
      "-",
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 10, max: 39 }), (pieces, version) => {
        try {
          parse(pieces.join(""), version);
        } catch (error) {
          expect(error).toBeInstanceOf(PlacementProblem);
        }
      }),
    );
  });
});
