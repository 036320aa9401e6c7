import { describe, expect, it } from "vitest";
import { formatNeed, needsOf, requireVerb, type Subject } from "../../../cmd/vmctl/auth/needs.ts";
import { usualRole } from "../../../cmd/vmctl/auth/usual-role.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Instance } from "../../../resources/instance.ts";

const inTeam = { kind: Instance, namespace: "team" };
const CASES: readonly (readonly [
  verb: string,
  subject: Subject,
  needs: readonly string[],
  roles: readonly string[],
])[] = [
  ["get", inTeam, ["read spec/ns/team/instances/", "read status/ns/team/instances/"], ["viewer", "viewer"]],
  ["list", { kind: Instance }, ["read spec/ns/", "read status/ns/"], ["viewer", "viewer"]],
  [
    "get",
    { ...inTeam, name: "a" },
    ["read spec/ns/team/instances/a", "read status/ns/team/instances/a"],
    ["viewer", "viewer"],
  ],
  [
    "watch",
    { kind: Hypervisor, namespace: "team" },
    [
      "read spec/cluster/hypervisors/",
      "read status/cluster/hypervisors/",
      "read everything from spec/cluster/hypervisors/ to status/cluster/hypervisors/",
    ],
    ["viewer", "viewer", "viewer"],
  ],
  [
    "delete",
    { ...inTeam, name: "a" },
    ["read spec/ns/team/instances/a", "read status/ns/team/instances/a", "write spec/ns/team/instances/a"],
    ["viewer", "viewer", "user"],
  ],
  ["get", { kind: "events" }, ["read events/"], ["viewer"]],
  ["delete", { kind: "events" }, ["write events/"], ["controller"]],
];

describe("what a verb takes", () => {
  it.each(CASES)("%s of %o", (verb, subject, wanted, roles) => {
    const needs = needsOf(verb, subject);
    expect(needs.map(formatNeed)).toEqual(wanted);
    expect(needs.map(usualRole)).toEqual(roles);
  });

  it("is everything for *", () => {
    const all = needsOf("*", inTeam).map(formatNeed);
    for (const verb of ["get", "watch", "apply", "stop", "cordon", "delete"]) {
      for (const need of needsOf(verb, inTeam)) expect(all).toContain(formatNeed(need));
    }
  });

  it("is nothing for a verb that is none", () => {
    expect(requireVerb("Create")).toBe("create");
    expect(() => requireVerb("craete")).toThrow('unknown verb "craete"; did you mean "create"?');
  });

  it("is an administrator's where no role has it", () => {
    expect(usualRole({ access: "write", key: "elsewhere", isPrefix: true })).toBe("admin");
    expect(usualRole({ access: "watch", prefixes: ["alive/", "status/"] })).toBe("controller");
  });
});
