import fc from "fast-check";
import jsonPatch from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { applyJsonPatch, parseJsonPatch } from "../../apply/patch/json-patch.ts";
import { formatPointer, parsePointer } from "../../apply/patch/json-pointer.ts";
import { mergePatch } from "../../apply/patch/merge-patch.ts";
import { formatProblem } from "../../resources/problem.ts";
import { testSeed } from "../support/seed.ts";

/** The document after it, or why not. */
function patched(document: unknown, patch: unknown): unknown {
  const parsed = parseJsonPatch(patch);
  if (!parsed.ok) return parsed.problems.map(formatProblem).join("; ");
  const done = applyJsonPatch(document, parsed.operations);
  return done.ok ? done.document : formatProblem(done.problem);
}
const own = (name: string, value: unknown) => JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);

describe("merge patch (RFC 7396)", () => {
  const CASES: readonly (readonly [target: unknown, patch: unknown, result: unknown])[] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  it.each(CASES)("%j and %j make %j", (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it("takes __proto__ for a field like others", () => {
    const merged = mergePatch({ a: 1 }, own("__proto__", { polluted: true }));
    expect(Object.keys(merged as object)).toEqual(["a", "__proto__"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((merged as { polluted?: boolean }).polluted).toBeUndefined();
    expect(mergePatch({ a: 1 }, own("constructor", null))).toEqual({ a: 1 });
  });
});

describe("json patch (RFC 6902)", () => {
  const CASES: readonly (readonly [document: unknown, patch: unknown, result: unknown])[] = [
    [{ foo: "bar" }, [{ op: "add", path: "/baz", value: "qux" }], { baz: "qux", foo: "bar" }],
    [{ foo: ["bar", "baz"] }, [{ op: "add", path: "/foo/1", value: "qux" }], { foo: ["bar", "qux", "baz"] }],
    [{ foo: ["bar"] }, [{ op: "add", path: "/foo/-", value: ["abc"] }], { foo: ["bar", ["abc"]] }],
    [{ foo: ["bar"] }, [{ op: "add", path: "/foo/1", value: 1 }], { foo: ["bar", 1] }],
    [{ foo: 1 }, [{ op: "add", path: "/foo", value: [2] }], { foo: [2] }],
    [{ foo: 1 }, [{ op: "add", path: "", value: [2] }], [2]],
    [{ foo: 1 }, [{ op: "add", path: "/a", value: 1, xyz: 2 }], { foo: 1, a: 1 }],
    [{ baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    [{ foo: [1, 2, 3] }, [{ op: "remove", path: "/foo/1" }], { foo: [1, 3] }],
    [{ foo: 1 }, [{ op: "remove", path: "" }], null],
    [{ baz: "qux" }, [{ op: "replace", path: "/baz", value: "boo" }], { baz: "boo" }],
    [{ foo: [1, 2] }, [{ op: "replace", path: "/foo/1", value: null }], { foo: [1, null] }],
    [{ foo: 1 }, [{ op: "replace", path: "", value: 2 }], 2],
    [
      { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
      [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    ],
    [
      { foo: ["all", "grass", "cows"] },
      [{ op: "move", from: "/foo/1", path: "/foo/2" }],
      { foo: ["all", "cows", "grass"] },
    ],
    [{ foo: 1 }, [{ op: "move", from: "/foo", path: "/foo" }], { foo: 1 }],
    [{ a: { b: 1 } }, [{ op: "copy", from: "/a", path: "/c" }], { a: { b: 1 }, c: { b: 1 } }],
    [{ a: { b: 1 } }, [{ op: "copy", from: "/a", path: "/a/c" }], { a: { b: 1, c: { b: 1 } } }],
    [{ a: { x: 1, y: [1.0] } }, [{ op: "test", path: "/a", value: { y: [1], x: 1 } }], { a: { x: 1, y: [1] } }],
    [{ a: null }, [{ op: "test", path: "/a", value: null }], { a: null }],
    [{ "/": 9, "~1": 10 }, [{ op: "test", path: "/~01", value: 10 }], { "/": 9, "~1": 10 }],
    [
      { "a/b": 1, "": 2 },
      [
        { op: "remove", path: "/a~1b" },
        { op: "replace", path: "/", value: 3 },
      ],
      { "": 3 },
    ],
    [own("__proto__", 1), [{ op: "replace", path: "/__proto__", value: 2 }], own("__proto__", 2)],
  ];
  it.each(CASES)("%j by %j is %j", (document, patch, result) => {
    const before = structuredClone(document);
    expect(patched(document, patch)).toEqual(result);
    expect(document).toEqual(before);
  });

  const REFUSED: readonly (readonly [document: unknown, patch: unknown, message: string])[] = [
    [{}, {}, "must be a list of operations"],
    [{}, ["add"], "0 must be an operation"],
    [{}, [{ op: "constructor", path: "/a" }], "0.op must be one of add, remove"],
    [{}, [{ op: "replce", path: "/a", value: 1 }], 'did you mean "replace"?'],
    [{}, [{ op: "add", value: 1 }], "0.path must be a path such as /spec/hostname"],
    [{}, [{ op: "add", path: "a", value: 1 }], "0.path must be a path such as /spec/hostname"],
    [{}, [{ op: "add", path: "/~2", value: 1 }], "0.path must be a path such as /spec/hostname"],
    [{}, [{ op: "add", path: "/a" }], "0.value is required by add"],
    [{}, [{ op: "move", path: "/a" }], "0.from must be a path such as /spec/hostname"],
    [{}, [{ op: "remove", path: "/a" }], "0 remove cannot be done: /a is not there"],
    [{}, [{ op: "replace", path: "/a", value: 1 }], "/a is not there"],
    [{}, [{ op: "add", path: "/a/b", value: 1 }], "/a is not there"],
    [{ a: 1 }, [{ op: "add", path: "/a/b", value: 1 }], "/a is 1: nothing stands in it"],
    [{ a: [1] }, [{ op: "add", path: "/a/2", value: 1 }], "the list ends before it"],
    [{ a: [1] }, [{ op: "remove", path: "/a/1" }], "the list ends before it"],
    [{ a: [1] }, [{ op: "remove", path: "/a/-" }], "a number from 0 stands for an item"],
    [{ a: [1, 2] }, [{ op: "replace", path: "/a/01", value: 1 }], "a number from 0 stands for an item"],
    [{ a: [1, 2] }, [{ op: "replace", path: "/a/1e0", value: 1 }], "a number from 0 stands for an item"],
    [{ a: [1] }, [{ op: "add", path: "/a/length", value: 1 }], "a number from 0 stands for an item"],
    [{ a: {} }, [{ op: "remove", path: "/a/hasOwnProperty" }], "/a/hasOwnProperty is not there"],
    [{}, [{ op: "copy", from: "/constructor", path: "/b" }], "/constructor is not there"],
    [{}, [{ op: "add", path: "/__proto__/x", value: 1 }], "/__proto__ is not there"],
    [{ a: { b: 1 } }, [{ op: "move", from: "/a", path: "/a/c" }], "/a/c is part of /a"],
    [{ a: 1 }, [{ op: "test", path: "/a", value: "1" }], '0 test cannot be done: /a is 1, not "1"'],
    [
      { a: 1 },
      [
        { op: "add", path: "/b", value: 2 },
        { op: "remove", path: "/c" },
      ],
      "1 remove cannot be done",
    ],
  ];
  it.each(REFUSED)("%j by %j: %s", (document, patch, message) => {
    expect(patched(document, patch)).toEqual(expect.stringContaining(message));
  });

  it("tells a test that failed from a patch that cannot be applied", () => {
    const run = (operation: object) => {
      const parsed = parseJsonPatch([operation]);
      return parsed.ok && applyJsonPatch({ a: 1 }, parsed.operations);
    };
    expect(run({ op: "test", path: "/b", value: 1 })).toMatchObject({ ok: false, isTest: true });
    expect(run({ op: "remove", path: "/b" })).toMatchObject({ ok: false, isTest: false });
  });
});

describe("both, on any documents", () => {
  const seed = testSeed();
  const name = fc.constantFrom("a", "b", "c/d", "e~f", "", "0", "constructor", "toString", "__proto__");
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.constantFrom(0, 1, "x", "", true, null),
    tree: fc.oneof(
      { maxDepth: 3 },
      tie("leaf"),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.uniqueArray(fc.tuple(name, tie("tree")), { selector: ([key]) => key, maxLength: 4 }).map(Object.fromEntries),
    ),
  }));

  it("pointers read back as they were", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(name, fc.string())), (pointer) => {
        expect(parsePointer(formatPointer(pointer))).toEqual(pointer);
      }),
      { seed },
    );
  });

  it("a merge patch applied twice does what it did once", () => {
    fc.assert(
      fc.property(tree, tree, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
        expect(({} as { x?: unknown }).x).toBeUndefined();
      }),
      { seed, numRuns: 300 },
    );
  });

  it("what another implementation finds to be different, ours makes equal", () => {
    const isPlain = (value: unknown) => !JSON.stringify(value).includes("__proto__");
    const document = tree.filter(isPlain).map((value) => ({ value }));
    fc.assert(
      fc.property(document, document, (from, to) => {
        expect(patched(from, jsonPatch.compare(from, to))).toEqual(to);
      }),
      { seed, numRuns: 300 },
    );
  });
});
