import { afterEach, describe, expect, it, vi } from "vitest";
import { runApiResources } from "../../../cmd/vmctl/commands/api-resources.ts";
import type { ApiResourcesFlags } from "../../../cmd/vmctl/commands/api-resources-command.ts";

afterEach(() => void vi.restoreAllMocks());

function lines(flags: Partial<ApiResourcesFlags>): string[] {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  runApiResources({ headers: true, ...flags });
  return text.split("\n").slice(0, -1);
}

describe("the kinds there are", () => {
  it("are listed with what they may be called", () => {
    const [headings, ...rows] = lines({});
    expect(headings).toMatch(/^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND +DESCRIPTION$/);
    expect(rows.join("\n")).toMatch(/^instances +inst,vm +compute\.vmctl\/v1alpha1 +true +Instance +\w/m);
  });

  it("with verbs and categories, when asked", () => {
    expect(lines({ output: "wide" })[0]).toMatch(/KIND +VERBS +CATEGORIES$/);
    expect(lines({ output: "wide" }).join("\n")).toMatch(/^hypervisors .*,watch +cluster$/m);
  });

  it("are chosen by scope and category, and sorted", () => {
    expect(lines({ output: "name", namespaced: true })).toContain("instances");
    expect(lines({ output: "name", namespaced: true })).not.toContain("images");
    expect(lines({ output: "name", namespaced: "false" })).toEqual(expect.arrayContaining(["hypervisors", "images"]));
    expect(lines({ output: "name", categories: "cluster", sortBy: "name" }).slice(0, 2)).toEqual([
      "flavors",
      "hypervisors",
    ]);
    expect(lines({ categories: "none", headers: false })).toEqual([]);
  });

  it.each([[{ output: "json" }], [{ namespaced: "maybe" }], [{ sortBy: "age" }]])("not with %o", (flags) => {
    expect(() => lines(flags)).toThrow("expected");
  });
});
