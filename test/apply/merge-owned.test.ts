import { describe, expect, it } from "vitest";
import { type Doc, OwnedWorld } from "./owned-world.ts";

/** One field in each way that fields merge. `one` and `two` differ in it alone; `rest` is another field. */
interface Shape {
  readonly path: string;
  readonly one: Doc;
  readonly two: Doc;
  readonly rest: Doc;
}
const spec = (fields: Doc["spec"]): Doc => ({ spec: fields ?? {} });
const metadata = (fields: Doc["metadata"]): Doc => ({ metadata: fields ?? {} });
const nic = (fields: object = {}): Doc => spec({ interfaces: [{ name: "eth0", ...fields }] });

const SHAPES: Readonly<Record<string, Shape>> = {
  "a scalar": {
    path: "spec.hostname",
    one: spec({ hostname: "one" }),
    two: spec({ hostname: "two" }),
    rest: spec({ description: "rest" }),
  },
  "a field of an object": {
    path: "spec.resources.vcpu",
    one: spec({ resources: { vcpu: 1 } }),
    two: spec({ resources: { vcpu: 2 } }),
    rest: spec({ resources: { memory: "1Gi" } }),
  },
  "a quantity": {
    path: "spec.resources.memory",
    one: spec({ resources: { memory: "1Gi" } }),
    two: spec({ resources: { memory: "2Gi" } }),
    rest: spec({ resources: { vcpu: 1 } }),
  },
  "a label": {
    path: 'metadata.labels["example.org/app"]',
    one: metadata({ labels: { "example.org/app": "one" } }),
    two: metadata({ labels: { "example.org/app": "two" } }),
    rest: metadata({ labels: { other: "rest" } }),
  },
  "a field of an item with a key": {
    path: 'spec.interfaces[name="eth0"].network',
    one: nic({ network: "one" }),
    two: nic({ network: "two" }),
    rest: nic({ mac: "52:54:00:00:00:01" }),
  },
  "a union": {
    path: "spec.image",
    one: spec({ image: { name: "one" } }),
    two: spec({ image: { source: { file: "/two" } } }),
    rest: spec({ hostname: "rest" }),
  },
  "a field called __proto__": {
    path: "spec.hypervisorSelector.__proto__",
    one: JSON.parse('{"spec": {"hypervisorSelector": {"__proto__": "one"}}}') as Doc,
    two: JSON.parse('{"spec": {"hypervisorSelector": {"__proto__": "two"}}}') as Doc,
    rest: spec({ hypervisorSelector: { rack: "rest" } }),
  },
  "a field that nobody knows": {
    path: "spec.tomorrow",
    one: spec({ tomorrow: { a: 1 } }),
    two: spec({ tomorrow: { a: 2 } }),
    rest: spec({ hostname: "rest" }),
  },
};

describe.each(Object.entries(SHAPES))("%s", (_, { path, one, two, rest }) => {
  it("belongs to who set it first", () => {
    const world = new OwnedWorld();
    expect(world.apply("ci", one)).toEqual([]);
    expect(world.document).toMatchObject(one);
    expect(world.owners(path)).toEqual(["apply ci"]);
  });

  it("is changed by its owner", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    expect(world.apply("ci", two)).toEqual([]);
    expect(world.document).toMatchObject(two);
    expect(world.owners(path)).toEqual(["apply ci"]);
  });

  it("is a conflict for anybody else, with names and values, and nothing is changed", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    world.apply("gitops", one);
    const before = world.object;
    const conflicts = world.apply("admin", two);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]).toMatchObject({ path, managers: ["ci", "gitops"] });
    expect(conflicts[0]?.theirs).not.toEqual(conflicts[0]?.ours);
    expect(world.object).toEqual(before);
  });

  it("is taken over by force, for good", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    expect(world.apply("admin", two, true)).toEqual([]);
    expect(world.owners(path)).toEqual(["apply admin"]);
    world.apply("ci", {});
    expect(world.document).toMatchObject(two);
  });

  it("is nobody's before: whoever comes takes it, whatever it was", () => {
    const world = new OwnedWorld();
    world.object = { ...world.object, ...(one.spec ? { spec: one.spec } : {}) };
    if (one.metadata) world.object = { ...world.object, metadata: { ...world.object.metadata, ...one.metadata } };
    expect(world.apply("admin", two)).toEqual([]);
    expect(world.document).toMatchObject(two);
    expect(world.owners(path)).toEqual(["apply admin"]);
  });

  it("changed by hand is that hand's, and a conflict for who applied it", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    world.update("admin", two);
    expect(world.owners(path)).toEqual(["update admin"]);
    expect(world.apply("ci", one)).toMatchObject([{ path, managers: ["admin"] }]);
    expect(world.apply("ci", two)).toEqual([]);
    expect(world.owners(path)).toEqual(["apply ci", "update admin"]);
  });

  it("changed by one's own hand is no conflict for one's own apply", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    world.update("ci", two);
    expect(world.apply("ci", one)).toEqual([]);
    expect(world.document).toMatchObject(one);
    expect(world.owners(path)).toEqual(["apply ci"]);
  });

  it("set by hand stays when an apply never named it", () => {
    const world = new OwnedWorld();
    world.apply("ci", rest);
    world.update("ci", merged(rest, one));
    world.apply("ci", rest);
    expect(world.document).toMatchObject(one);
  });

  it("taken away by hand is nobody's", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    world.update("admin", {});
    expect(world.managed).toEqual([]);
    expect(world.apply("other", two)).toEqual([]);
  });
});

const KNOWN = Object.entries(SHAPES).filter(([, { path }]) => path !== "spec.tomorrow");
describe.each(KNOWN)("%s", (_, { path, one, rest }) => {
  it("goes when its only owner leaves it out, and nothing else with it", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    world.apply("admin", rest);
    world.apply("ci", {});
    expect(world.owners(path)).toEqual([]);
    const alone = new OwnedWorld();
    alone.apply("admin", rest);
    expect(world.document).toEqual(alone.document);
  });

  it("is shared by two who say the same, and stays until the last leaves it out", () => {
    const world = new OwnedWorld();
    world.apply("ci", one);
    expect(world.apply("admin", one)).toEqual([]);
    expect(world.owners(path)).toEqual(["apply admin", "apply ci"]);
    world.apply("ci", {});
    expect(world.document).toEqual(one.metadata ? { ...one, spec: {} } : { metadata: {}, ...one });
    expect(world.owners(path)).toEqual(["apply admin"]);
    world.apply("admin", {});
    expect(world.document).toEqual({ metadata: {}, spec: {} });
    expect(world.managed).toEqual([]);
  });
});

describe("a field that only a newer version knows", () => {
  const newer = spec({ image: { name: "tiny", pull: "Always" }, tomorrow: { a: 1, b: 2 }, hostname: "one" });
  const fields = ["spec.image", "spec.tomorrow.a", "spec.tomorrow.b", "spec.hostname"];
  const appliedByNewer = () => {
    const world = new OwnedWorld();
    const managed = [{ manager: "ci", operation: "Apply", time: "2030-01-02T03:04:05Z", fields: [...fields].sort() }];
    const { metadata } = world.object;
    world.object = { ...world.object, metadata: { ...metadata, managedFields: managed }, spec: newer.spec };
    return world;
  };

  it("stays, and stays its manager's, when that one applies with an older version", () => {
    const world = appliedByNewer();
    const before = world.object;
    world.apply("ci", spec({ image: { name: "tiny" }, hostname: "one" }));
    expect(world.object).toEqual(before);
    world.apply("ci", spec({ image: { name: "tiny" }, hostname: "two" }));
    expect(world.document).toEqual({ metadata: {}, spec: { ...newer.spec, hostname: "two" } });
    world.apply("ci", {});
    expect(world.document.spec).toEqual({ tomorrow: { a: 1, b: 2 } });
    expect(world.managed).toMatchObject([{ manager: "ci", fields: ["spec.tomorrow.a", "spec.tomorrow.b"] }]);
  });

  it("inside a value that is one whole makes no conflict, and goes with another value", () => {
    const world = appliedByNewer();
    expect(world.apply("admin", spec({ image: { name: "tiny" } }))).toEqual([]);
    expect(world.document.spec).toEqual(newer.spec);
    expect(world.apply("admin", spec({ image: { name: "big" } }), true)).toEqual([]);
    expect(world.document.spec).toEqual({ ...newer.spec, image: { name: "big" } });
  });

  it("goes with the item of a list that it stands in, and its owner is forgotten", () => {
    const world = new OwnedWorld();
    world.apply("ci", nic({ tomorrow: 1 }));
    world.apply("ci", nic());
    expect(world.document.spec).toEqual(nic({ tomorrow: 1 }).spec);
    world.apply("ci", {});
    expect(world.document.spec).toEqual({});
    expect(world.managed).toEqual([]);
  });
});

describe("sets", () => {
  const keys = (...sshKeys: string[]): Doc => spec({ sshKeys });

  it("join what everybody adds, and never conflict", () => {
    const world = new OwnedWorld();
    world.apply("ci", keys("k 1", "k 2"));
    expect(world.apply("admin", keys("k 2", "k 3"))).toEqual([]);
    expect(world.document.spec).toEqual({ sshKeys: ["k 1", "k 2", "k 3"] });
    expect(world.owners('spec.sshKeys[="k 2"]')).toEqual(["apply admin", "apply ci"]);
  });

  it("lose what its last owner leaves out", () => {
    const world = new OwnedWorld();
    world.apply("ci", keys("k 1", "k 2"));
    world.apply("admin", keys("k 2", "k 3"));
    world.apply("ci", {});
    expect(world.document.spec).toEqual({ sshKeys: ["k 2", "k 3"] });
    world.apply("admin", {});
    expect(world.document.spec).toEqual({});
  });

  it("keep their order whoever applies them", () => {
    const world = new OwnedWorld();
    world.apply("ci", keys("k 2", "k 1"));
    world.apply("ci", keys("k 1", "k 2"));
    expect(world.document.spec).toEqual({ sshKeys: ["k 2", "k 1"] });
  });

  it("own long items by their beginning and a digest", () => {
    const world = new OwnedWorld();
    const long = `ssh-rsa ${"A".repeat(500)}`;
    world.apply("ci", keys(long, `${long}B`));
    expect(world.managed[0]?.fields).toHaveLength(2);
    for (const path of world.managed[0]?.fields ?? []) expect(path.length).toBeLessThan(90);
    world.apply("ci", keys(long));
    expect(world.document.spec).toEqual({ sshKeys: [long] });
  });
});

describe("lists of items with a key", () => {
  it("lose an item with the last who named it, with what nobody owns in it", () => {
    const world = new OwnedWorld();
    world.apply("ci", nic({ network: "one" }));
    world.object = { ...world.object, spec: nic({ network: "one", mac: "52:54:00:00:00:01" }).spec };
    world.apply("ci", {});
    expect(world.document.spec).toEqual({});
  });

  it("keep an item in which somebody else owns a field", () => {
    const world = new OwnedWorld();
    world.apply("ci", nic({ network: "one" }));
    world.update("admin", nic({ network: "one", mac: "52:54:00:00:00:01" }));
    world.apply("ci", {});
    expect(world.document.spec).toEqual(nic({ mac: "52:54:00:00:00:01" }).spec);
  });

  it("keep their order: what is new comes last", () => {
    const world = new OwnedWorld();
    const names = (...list: string[]) => spec({ interfaces: list.map((name) => ({ name })) });
    world.apply("ci", names("b", "c"));
    world.apply("admin", names("a"));
    world.apply("ci", names("c", "b"));
    expect(world.document).toMatchObject(names("b", "c", "a"));
  });
});

describe("what means the same", () => {
  it("is no conflict and no change: 1Gi and 1024Mi", () => {
    const world = new OwnedWorld();
    world.apply("ci", spec({ resources: { memory: "1Gi" } }));
    expect(world.apply("admin", spec({ resources: { memory: "1024Mi" } }))).toEqual([]);
    expect(world.document.spec).toEqual({ resources: { memory: "1Gi" } });
  });

  it("an empty object is owned as such and takes nothing from anybody", () => {
    const world = new OwnedWorld();
    world.apply("ci", spec({ resources: { vcpu: 1 } }));
    expect(world.apply("admin", spec({ resources: {} }))).toEqual([]);
    expect(world.document.spec).toEqual({ resources: { vcpu: 1 } });
    world.apply("ci", {});
    world.apply("admin", {});
    expect(world.document.spec).toEqual({});
  });
});

describe("a record of ownership that cannot be read", () => {
  it.each([[7], ["x"], [[{ manager: 1 }]], [{ __proto__: null }], [[null]]])("is none: %j", (hostile) => {
    const world = new OwnedWorld();
    world.object = { ...world.object, metadata: { ...world.object.metadata, managedFields: hostile } };
    expect(world.apply("ci", spec({ hostname: "a" }))).toEqual([]);
    expect(world.managed.map(({ manager }) => manager)).toEqual(["ci"]);
  });
});

function merged(one: Doc, other: Doc): Doc {
  const deep = (a: unknown, b: unknown): unknown => {
    const isPlain = (it: unknown): it is object => typeof it === "object" && it !== null && !Array.isArray(it);
    if (Array.isArray(a) && Array.isArray(b)) return [deep(a[0], b[0])];
    if (!isPlain(a) || !isPlain(b)) return b ?? a;
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    const at = (it: object, name: string) => Object.entries(it).find(([key]) => key === name)?.[1];
    return Object.fromEntries(names.map((name) => [name, deep(at(a, name), at(b, name))]));
  };
  return deep(one, other) as Doc;
}
