import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { API_VERSION } from "../../../resources/meta.ts";
import { instance, WordsWorld } from "../../cmd/words-world.ts";
import { putAll } from "../../support/commits.ts";
import { OLDER, registerOlder } from "../../support/older-version.ts";
import { storedInstance } from "../../support/stored-instance.ts";

let world: WordsWorld;
let forget: () => void;
beforeAll(async () => {
  world = await WordsWorld.start();
  forget = registerOlder();
});
afterAll(async () => {
  forget?.();
  await world?.stop();
});

const keyOf = (name: string) => `spec/ns/default/instances/${name}`;
const put = (name: string, spec: object, apiVersion = OLDER) =>
  putAll(world.store, { [keyOf(name)]: storedInstance(name, { more: { apiVersion, spec } }) });
const textOf = async (name: string) => (await world.store.get(keyOf(name)))?.value;
const OLD = { image: { name: "tiny" }, cpus: 1 };

describe("an object that an older version stored", () => {
  it("is shown in the current one, and written again only when something of it changes", async () => {
    await put("a-1", OLD);
    const before = await textOf("a-1");
    const shown = await world.out("get", "instance", "a-1", "-o", "yaml");
    expect(parse(shown)).toMatchObject({ apiVersion: API_VERSION, spec: { resources: { vcpu: 1 } } });
    expect(parse(shown).spec).not.toHaveProperty("cpus");
    const path = await world.file("a-1.yaml", instance("a-1"));
    expect(await world.out("diff", "-f", path)).toContain("1 unchanged");
    expect(await world.out("label", "instance", "a-1", "gone-")).toContain("a-1");
    expect(await textOf("a-1")).toBe(before);
    expect(await world.out("label", "instance", "a-1", "l=1")).toBe("instance/a-1 labeled\n");
    expect(await world.spec("a-1")).toMatchObject({
      apiVersion: API_VERSION,
      metadata: { generation: 1, labels: { l: "1" } },
      spec: { image: { name: "tiny" }, resources: { vcpu: 1 } },
    });
  });

  it("is applied, patched, replaced and deleted like any other", async () => {
    const two = instance("NAME", "{image: {name: tiny}, resources: {vcpu: 2}}");
    const change = async (name: string, ...words: string[]) => {
      await put(name, OLD);
      await world.out(...words);
      const { apiVersion, spec, metadata } = await world.spec(name);
      expect(apiVersion).toBe(API_VERSION);
      expect(spec).not.toHaveProperty("cpus");
      return { spec, metadata };
    };
    const of = async (name: string) => world.file(`${name}.yaml`, two.replace("NAME", name));
    const grown = { spec: { resources: { vcpu: 2 } }, metadata: { generation: 2 } };
    expect(await change("b-1", "apply", "-f", await of("b-1"))).toMatchObject(grown);
    const patch = '{"spec":{"resources":{"vcpu":2}}}';
    expect(await change("b-2", "patch", "instance", "b-2", "-p", patch)).toMatchObject(grown);
    expect(await change("b-3", "replace", "-f", await of("b-3"))).toMatchObject(grown);
    const gone = await change("b-4", "delete", "instance", "b-4", "--wait=false");
    expect(gone).toMatchObject({ spec: { resources: { vcpu: 1 } }, metadata: { generation: 1 } });
    expect(gone.metadata.deletionTimestamp).toBeDefined();
  });
});

describe("an object that a newer version stored", () => {
  it("is shown with what is wrong, and left as it is", async () => {
    await put("c-1", { tomorrow: 1 }, "compute.vmctl/v2");
    const before = await textOf("c-1");
    expect(await world.out("describe", "instance", "c-1")).toContain(
      `has apiVersion "compute.vmctl/v2", which this vmctl does not know (it knows ${OLDER}, ${API_VERSION}): a newer one may have stored it`,
    );
    const path = await world.file("c-1.yaml", instance("c-1"));
    for (const words of [
      ["apply", "-f", path],
      ["replace", "-f", path],
      ["label", "instance", "c-1", "l=1"],
      ["delete", "instance", "c-1", "--wait=false"],
    ]) {
      const { status, err } = await world.run(...words);
      expect([words[0], status]).toEqual([words[0], 1]);
      expect(err).toContain("a newer one may have stored it");
      expect(err).not.toContain("delete it first");
    }
    expect(await textOf("c-1")).toBe(before);
  });
});
