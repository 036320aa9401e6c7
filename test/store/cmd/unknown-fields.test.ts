import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { instance, WordsWorld } from "../../cmd/words-world.ts";
import { putAll } from "../../support/commits.ts";
import { storedInstance } from "../../support/stored-instance.ts";

let world: WordsWorld;
beforeAll(async () => {
  world = await WordsWorld.start();
});
afterAll(() => world?.stop());

const SPEC = {
  image: { name: "tiny", pull: "Always" },
  resources: { vcpu: 1, gpus: 1 },
  interfaces: [{ name: "eth0" }, { name: "eth1", speed: 10 }],
  tomorrow: { a: 1 },
};
/** What a newer vmctl has stored, by the same manager. */
const put = async (name: string) => {
  const fields = ["spec.image", "spec.resources.gpus", "spec.resources.vcpu", "spec.tomorrow.a"];
  const object = JSON.parse(storedInstance(name, { spec: SPEC, more: { extra: 1 } }));
  object.metadata.managedFields = [{ manager: "me", operation: "Apply", time: "2030-01-02T03:04:05Z", fields }];
  object.metadata.realm = "x";
  await putAll(world.store, { [`spec/ns/default/instances/${name}`]: JSON.stringify(object) });
};
const NICS = "interfaces: [{name: eth1}, {name: eth0}]";
const file = (name: string, vcpu: number, more = NICS) =>
  world.file(`${name}-${vcpu}.yaml`, instance(name, `{image: {name: tiny}, resources: {vcpu: ${vcpu}}, ${more}}`));

describe("fields that only a newer vmctl knows", () => {
  const rows: readonly [string, (name: string) => Promise<readonly string[]>][] = [
    ["apply", async (name) => ["apply", "-f", await file(name, 2)]],
    [
      "apply by another",
      async (name) => ["apply", "--field-manager=x", "-f", await file(name, 1, `${NICS}, hostname: x`)],
    ],
    ["apply by force", async (name) => ["apply", "--field-manager=x", "--force-conflicts", "-f", await file(name, 2)]],
    ["replace", async (name) => ["replace", "-f", await file(name, 2)]],
    ["patch", async (name) => ["patch", "instance", name, "-p", '{"spec":{"resources":{"vcpu":2}}}']],
    ["json patch", async (name) => ["patch", "instance", name, "--type=json", "-p", JSON_PATCH]],
    ["edit", async (name) => ["edit", "instance", name]],
    ["label", async (name) => ["label", "instance", name, "l=1"]],
    ["stop", async (name) => ["stop", `instance/${name}`]],
    ["delete", async (name) => ["delete", "instance", name, "--wait=false"]],
  ];
  it.each(rows)("survive %s", async (verb, words) => {
    const name = verb.replaceAll(" ", "-");
    await put(name);
    vi.stubEnv("EDITOR", "sed -i 's/vcpu: 1/vcpu: 2/'");
    await world.out(...(await words(name)));
    const { spec, metadata, ...object } = await world.spec(name);
    expect(object).toMatchObject({ extra: 1 });
    expect(metadata).toMatchObject({ realm: "x" });
    expect(spec).toMatchObject({ image: SPEC.image, resources: { gpus: 1 }, tomorrow: SPEC.tomorrow });
    expect(spec["interfaces"]).toContainEqual({ name: "eth1", speed: 10 });
    if (!["apply by another", "label", "stop", "delete"].includes(verb))
      expect(spec).toMatchObject({ resources: { vcpu: 2 } });
  });

  it("are listed by diff, also where nothing would change, and are no change", async () => {
    await put("d-1");
    const known =
      "spec.image.pull, spec.interfaces[1].speed, spec.resources.gpus, spec.tomorrow, extra, metadata.realm";
    const line = `instance/d-1 has fields that this vmctl does not know, and leaves as they are: `;
    const same = await world.run("diff", "-f", await file("d-1", 1));
    expect(same).toMatchObject({ status: 0, out: expect.stringContaining("1 unchanged\n") });
    const named = same.out.split("\n").find((it) => it.startsWith(line)) ?? "";
    expect(named.slice(line.length).split(", ").sort()).toEqual(known.split(", ").sort());
    const other = await world.run("apply", "--dry-run=cluster", "-f", await file("d-1", 2));
    expect(other.status).toBe(1);
    expect(other.out).toContain(named);
    expect(other.out).not.toMatch(/^ .*(tomorrow|gpus|pull|speed)/m);
    const { out } = await world.run("diff", "-o", "json", "-f", await file("d-1", 1));
    expect(JSON.parse(out).items[0].unknownFields).toContain("spec.tomorrow");
  });

  it("are refused in a manifest", async () => {
    const { status, err } = await world.run("apply", "-f", await file("e-1", 1, "tomorrow: 1"));
    expect([status, err]).toEqual([1, expect.stringContaining("spec.tomorrow is not a field")]);
  });
});

const JSON_PATCH = '[{"op":"replace","path":"/spec/resources/vcpu","value":2}]';
