import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonPath, parseLeadingPath } from "../../../cmd/vmctl/select/json-path.ts";
import { parseTemplate } from "../../../cmd/vmctl/select/jsonpath/template.ts";
import { testSeed } from "../../support/seed.ts";

const seed = testSeed();
const object = {
  kind: "Instance",
  metadata: { name: "web-1", labels: { app: "web", "app.kubernetes.io/name": "shop", q: "r" } },
  spec: {
    disks: [
      { name: "a", image: "x", ports: [{ port: 80 }, { port: 443 }] },
      { name: "b", image: "y" },
      { name: "c", image: "z", ports: [{ port: 8080 }] },
    ],
  },
  status: { ready: true, none: null },
};

/** What kubectl 1.32 prints for the same template and the same shape of object. */
const AS_KUBECTL: readonly (readonly [template: string, want: string])[] = [
  ["{.metadata.name}", "web-1"],
  ["{ .metadata.name }", "web-1"],
  ["{$.metadata.name}", "web-1"],
  ["{@.metadata.name}", "web-1"],
  ["plain text", "plain text"],
  ["x{.nothing}y", "xy"],
  ["{.nothing.at.all}", ""],
  ["{.metadata.name}}", "web-1}"],
  ["{.metadata['name']}", "web-1"],
  ["{['metadata.name']}", "web-1"],
  ["{.metadata.labels['app\\.kubernetes\\.io/name']}", "shop"],
  ["{.metadata.labels.app\\.kubernetes\\.io/name}", "shop"],
  ["{.spec.disks[*].name}", "a b c"],
  ["{.spec.disks[0].name}", "a"],
  ["{.spec.disks[-1].name}", "c"],
  ["{.spec.disks[-1:].name}", "c"],
  ["{.spec.disks[0:2].name}", "a b"],
  ["{.spec.disks[1:].name}", "b c"],
  ["{.spec.disks[::2].name}", "a c"],
  ["{.spec.disks[0:0].name}", ""],
  ["{.spec.disks[0,2].name}", "a c"],
  ["{.spec.disks[*]['name','image']}", "a b c x y z"],
  ['{.spec.disks[?(@.name=="b")].image}', "y"],
  ["{.spec.disks[?(@.name=='b')].image}", "y"],
  ['{.spec.disks[?(@.name!="b")].image}', "x z"],
  ['{.spec.disks[?(@.name>"a")].name}', "b c"],
  ["{.spec.disks[?(@.ports)].name}", "a c"],
  ["{.spec.disks[?(@.ports[0].port>80)].name}", "c"],
  ["{.spec.disks[?(@.ports[0].port>=80)].name}", "a c"],
  ["{.spec.disks[?(@.ports[0].port<443)]['name']}", "a"],
  ["{.spec.disks[?(@.ports[0].port==80)].name}", "a"],
  // What has no such field is not compared at all.
  ['{.spec.disks[?(@.nothing!="x")].name}', ""],
  ["{..port}", "80 443 8080"],
  ["{...port}", "80 443 8080"],
  ["{.spec..name}", "a b c"],
  ["{.metadata.labels.*}", "web shop r"],
  ["{.spec.disks[1]}", '{"name":"b","image":"y"}'],
  ["{.status.ready}", "true"],
  ['{\'single\'} {"dou\\"ble"}', 'single dou"ble'],
  ['{range .spec.disks[*]}{.name}{"\\t"}{.image}{"\\n"}{end}', "a\tx\nb\ty\nc\tz\n"],
  ["{range .spec.disks[*]}[{.name}, {.image}] {end}{.kind}", "[a, x] [b, y] [c, z] Instance"],
  ["{range .spec.disks[*]}{range .ports[*]}{.port} {end}{end}", "80 443 8080 "],
  ["{range .spec.nothing[*]}{.name}{end}.", "."],
  // A range that is not closed goes to the end.
  ['{range .spec.disks[*]}{.name}{"\\n"}', "a\nb\nc\n"],
];

/** Where ours says more, or refuses less. */
const BEYOND_KUBECTL: readonly (readonly [template: string, want: string])[] = [
  [".metadata.name", "web-1"],
  ["{.metadata.labels['app.kubernetes.io/name']}", "shop"],
  ['{.metadata["name"]}', "web-1"],
  ["{.spec.disks[5].name}", ""],
  ["{.spec.disks[-5].name}", ""],
  ["{.spec.disks[0:9].name}", "a b c"],
  ["{.metadata[0]}", ""],
  ['{.spec.disks[?(@.ports[0].port=="80")].name}', "a"],
  ["{.spec.disks[?(@..port==443)].name}", "a"],
  ["{.status.none}", ""],
  ["{.constructor}{.spec.toString}", ""],
];

const REFUSED: readonly (readonly [template: string, place: string])[] = [
  ["", "column 1: a template expected"],
  ["{}", 'column 2: .field, "text", range or end expected'],
  ["{hello}", 'column 2: "hello" is no word of jsonpath; a field begins with a dot: .hello'],
  ["a{end}", "column 3: end without range"],
  ["{range .a}{end}{end}", "column 17: end without range"],
  ["{.metadata.name", "column 1: this { is never closed"],
  ["{.metadata.name,.kind}", "column 16: a field, [ or } expected"],
  ["{.a..b....c}", "column 9: more than three dots"],
  ["{.a[x]}", "column 5: a number, a:b, 'name', * or ?(…) expected"],
  ["{.a[1:x]}", "column 7: ] expected"],
  ["{.a[-:]}", "column 5: a number"],
  ["{.a[::0]}", "column 5: a step of at least 1 expected"],
  ["{.a[0}", "column 6: ] expected"],
  ["{.a[0", "column 4: this [ is never closed"],
  ["{.a['b]}", "column 5: a number"],
  ['{.a[?(@.b=="c"].d}', "column 15: ) expected"],
  ['{.a[?(@.b=="c', 'column 12: this " is never closed'],
  ["{.a[?(@.b", "column 5: this ?( is never closed"],
  ["{.a[?(b==1)]}", "column 7: @.field expected"],
  ['{.a[?(@.b<>"c")]}', "column 10: one of ==, !=, <, <=, > and >= expected"],
  ['{.a[?(@.b=~"c")]}', "column 10: regular expressions are not offered"],
  ["{.a[?(@.b==c)]}", 'column 12: "text", a number, true, false or @.field expected'],
  ['{.a[?(@.b=="c" && @.d)]}', "column 16: a filter holds one comparison"],
];

describe("jsonpath templates", () => {
  it.each(AS_KUBECTL)("%s prints what kubectl prints", (template, want) => {
    expect(parseTemplate(template)(object)).toBe(want);
  });

  it.each(BEYOND_KUBECTL)("%s prints %j", (template, want) => expect(parseTemplate(template)(object)).toBe(want));

  it.each(REFUSED)("%s is refused with the place", (template, place) => {
    expect(() => parseTemplate(template)).toThrow(place);
  });

  it("clean only what comes out of the object", () => {
    const loud = (text: string) => text.toUpperCase();
    expect(parseTemplate('a{"b"}{.kind}')(object, loud)).toBe("abINSTANCE");
  });

  it("either parse or are refused as usage, and never fail on a value", () => {
    const pieces = [
      "{",
      "}",
      ".",
      "..",
      "a",
      "[",
      "]",
      "*",
      "'",
      '"',
      "?(",
      ")",
      "@",
      "$",
      "range ",
      "end",
      "==",
      "0",
      ":",
      ",",
      "\\",
      " ",
    ];
    const template = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => all.join(""));
    const run = (text: string, value: unknown) => {
      try {
        return typeof parseTemplate(text)(value) === "string";
      } catch (error) {
        return (error as { code?: string }).code === "Usage" && /: column \d+: /.test(String(error));
      }
    };
    fc.assert(fc.property(template, fc.jsonValue(), run), { seed: seed, numRuns: 3_000 });
  });

  it("find a field by its name in brackets, whatever the name", () => {
    const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== "__proto__");
    const find = (key: string) => {
      const written = key.replace(/[\\'.]/g, "\\$&");
      expect(parseJsonPath(`{['${written}']}`)({ [key]: 7 })).toEqual([7]);
    };
    fc.assert(fc.property(name, find), { seed: seed });
  });
});

describe("single paths", () => {
  it.each([
    ["{.status.ready}", [true]],
    [".status.ready", [true]],
    ["status.ready", [true]],
    ["{ .spec.disks[1].name }", ["b"]],
    ["['kind']", ["Instance"]],
  ])("%s finds %j", (path, want) => expect(parseJsonPath(path)(object)).toEqual(want));

  it.each([
    ["status phase", "column 7"],
    ["", "column 1: a path such as .metadata.name expected"],
    ["{}", "column 2: a path"],
    ["{.a", "column 1: this { is never closed"],
    ["{.a}b", "column 5: a field, [ or the end expected"],
    [".a.", ""],
  ])("%j is refused at %s", (path, place) => {
    if (place === "") expect(parseJsonPath(path)({ a: 1 })).toEqual([1]);
    else expect(() => parseJsonPath(path)).toThrow(place);
  });

  it.each([
    ["{.status.ready}=true", "=true"],
    [".status.ready=true", "=true"],
    ["'{.status.ready}'=true", "=true"],
    ['{.spec.disks[?(@.name=="}")].name}=x', "=x"],
    ["{.a}", ""],
  ])("%s leaves %j", (text, rest) => expect(parseLeadingPath(text).rest).toBe(rest));
});
