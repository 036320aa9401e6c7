import { describe, expect, it } from "vitest";
import { explainField } from "../../../cmd/vmctl/explain/explain-field.ts";

describe("explain", () => {
  it("tells type, default and what a change does", () => {
    const text = explainField("instance.spec.resources.memory", false);
    expect(text).toContain("FIELD:    spec.resources.memory <quantity>");
    expect(text).toContain('default: "512Mi"');
    expect(text).toContain("a change: takes effect with the next restart");
  });

  it("inherits the effect of the field above", () => {
    expect(explainField("vm.spec.cloudInit.userData", false)).toContain("reaches the guest only when it is recreated");
  });

  it("goes into lists and unions", () => {
    expect(explainField("instance.spec.interfaces.mac", false)).toContain("<string>");
    expect(explainField("instance.spec.image.name", false)).toContain("<string>");
  });

  it("lists the fields, all of them with --recursive", () => {
    expect(explainField("instance", false)).toMatch(/^ {4}resources <object>/m);
    expect(explainField("instance", false)).not.toMatch(/^ +userData/m);
    expect(explainField("instance", true)).toMatch(/^ +userData <string>/m);
  });

  it.each([
    ["instnce", 'did you mean "instance"?'],
    ["instance.spc", 'did you mean "spec"?'],
    ["instance.spec.resources.memroy", 'instance.spec.resources has no field "memroy"; did you mean "memory"?'],
  ])("refuses %s", (path, message) => expect(() => explainField(path, false)).toThrow(message));
});
