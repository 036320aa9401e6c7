import { describe, expect, it } from "vitest";
import { parseManifests } from "../../../apply/manifest.ts";
import { EXAMPLE_MANIFESTS } from "../../../cmd/vmctl/explain/example-manifests.ts";
import { explainField } from "../../../cmd/vmctl/explain/explain-field.ts";

describe("explain", () => {
  it("tells type, default and what a change does", () => {
    const text = explainField("instance.spec.resources.memory", false);
    expect(text).toContain("FIELD:    spec.resources.memory <quantity>");
    expect(text).toContain('default: "512Mi"');
    expect(text).toContain("(suffixes: k M G T P E of 1000, Ki Mi Gi Ti Pi Ei of 1024)");
    expect(text).toContain("a change: takes effect with the next restart");
  });

  it("inherits the effect of the field above", () => {
    expect(explainField("vm.spec.cloudInit.userData", false)).toContain("reaches the guest only when it is recreated");
  });

  it("goes into lists and unions", () => {
    expect(explainField("instance.spec.interfaces.mac", false)).toContain("<string>");
    expect(explainField("instance.spec.image.name", false)).toContain("<string>");
  });

  it("says what of a union goes together, and what is there by default", () => {
    const text = explainField("instance.spec.image", false);
    expect(text).toMatch(/^ {2}name <string> -required-\n {2}or\n {2}source <object> -required-/m);
    expect(explainField("instance.spec.resources", false)).toMatch(
      /^ {2}memory <quantity> {2}bytes of RAM; default 512Mi$/m,
    );
  });

  it.each(Object.keys(EXAMPLE_MANIFESTS))("shows a manifest of the kind %s that is valid", (kind) => {
    const [, example = ""] = explainField(kind, false).split("EXAMPLE:\n");
    const { manifests, problems } = parseManifests(example, "example");
    expect(problems).toEqual([]);
    expect(manifests.map(({ object }) => object.kind)).toEqual([kind]);
  });

  it("begins with what every manifest begins with", () => {
    expect(explainField("image", false)).toContain(
      "FIELDS:\n  apiVersion <string> -required-  compute.vmctl/v1alpha1\n  kind <string> -required-  Image\n",
    );
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
