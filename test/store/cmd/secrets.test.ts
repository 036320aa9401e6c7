import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { systemClock } from "../../../runtime/clock.ts";
import { ensureSealingKey } from "../../../store/ensure-sealing-key.ts";
import { instance, WordsWorld } from "../../cmd/words-world.ts";
import { objectOf } from "../../controllers/support/cluster.ts";
import { putAll } from "../../support/commits.ts";

let world: WordsWorld;
beforeAll(async () => {
  world = await WordsWorld.start();
  await ensureSealingKey(world.store, systemClock);
});
afterAll(() => world?.stop());

const HEAD = "apiVersion: compute.vmctl/v1alpha1\n";
const secret = (name: string, password: string) =>
  `${HEAD}kind: Secret\nmetadata: {name: ${name}}\nspec: {data: {username: me, password: ${password}}}\n`;
const flavor = (vcpu: number) =>
  `${HEAD}kind: Flavor\nmetadata: {name: small}\nspec: {resources: {vcpu: ${vcpu}, memory: 1Gi, disk: 4Gi}}\n`;

/** Everything a command said, and that the clear text is nowhere in it, nor in any key but those given. */
async function quietly(...words: string[]) {
  const result = await world.run(...words);
  expect(result.out + result.err).not.toContain("hunter");
  const { entries } = await world.store.list([""]);
  expect(entries.filter(({ value }) => value.includes("hunter"))).toEqual([]);
  return result;
}

describe("a secret", () => {
  it("is stored sealed, and unchanged when the same is applied again", async () => {
    const path = await world.file("a.yaml", secret("a", "hunter2"));
    expect(await quietly("apply", "-f", path)).toMatchObject({ status: 0, out: "secret/a created\n" });
    const revision = await world.revision();
    expect(await quietly("apply", "-f", path)).toMatchObject({ status: 0, out: "secret/a unchanged\n" });
    expect(await quietly("diff", "-f", path)).toMatchObject({ status: 0 });
    expect(await world.revision()).toBe(revision);
  });

  it("changes where its text does, which a plan does not tell", async () => {
    await world.out("apply", "-f", await world.file("b.yaml", secret("b", "hunter2")));
    const path = await world.file("b2.yaml", secret("b", "hunter3"));
    const plan = await quietly("diff", "-f", path);
    expect(plan.status).toBe(1);
    expect(plan.out).toMatch(/^ {2}spec\.data\.password +\(sealed\) → \(sealed\) +for what reads it from now on$/m);
    expect(plan.out).not.toContain("spec.data.username");
    expect(plan.out).toContain("  no instance has its user-data from it\n");
    const users = ["Never", "OnChange"].map((recreate) =>
      instance(
        `b-${recreate.toLowerCase()}`,
        `{image: {name: tiny}, cloudInit: {userDataFrom: {secret: b, key: password}}, updatePolicy: {recreate: ${recreate}}}`,
      ),
    );
    await world.out("apply", "-f", await world.file("b-users.yaml", users.join("---\n")));
    const { out } = await quietly("diff", "-f", path);
    expect(out).toMatch(/^ {2}instances that are made anew .*lost: default\/b-onchange$/m);
    expect(out).toMatch(/^ {2}instances whose guests have read it.*: default\/b-never$/m);
    expect(await quietly("diff", "-f", path, "-o", "json")).toMatchObject({ status: 1 });
    expect(await quietly("apply", "-f", path)).toMatchObject({ status: 0 });
  });

  it("is shown sealed, as a manifest that changes nothing; in clear only when asked", async () => {
    await world.out("apply", "-f", await world.file("c.yaml", secret("c", "hunter2")));
    for (const words of [
      ["describe", "secret", "c"],
      ["get", "secrets"],
      ["get", "secret", "c", "-o", "json"],
    ])
      expect(await quietly(...words)).toMatchObject({ status: 0 });
    const { out } = await quietly("get", "secret", "c", "-o", "yaml");
    expect(parse(out).spec.data.password).toMatch(/^sealed:v1:/);
    expect(await world.out("apply", "-f", await world.file("c2.yaml", out))).toBe("secret/c unchanged\n");
    const clear = parse(await world.out("get", "secret", "c", "-o", "yaml", "--show-secrets"));
    expect(clear.spec.data).toEqual({ username: "me", password: "hunter2" });
    expect(await world.out("get", "secret", "c", "-o", "jsonpath={.spec.data.password}", "--show-secrets")).toBe(
      "hunter2",
    );
  });

  it("is sealed by whatever writes it", async () => {
    expect(await quietly("create", "-f", await world.file("d.yaml", secret("d", "hunter2")))).toMatchObject({
      status: 0,
    });
    const patch = '{"spec":{"data":{"password":"hunter3","more":"hunter4"}}}';
    expect(await quietly("patch", "secret", "d", "-p", patch)).toMatchObject({ status: 0 });
    const data = async () => parse(await world.out("get", "secret", "d", "-o", "yaml", "--show-secrets")).spec.data;
    expect(await data()).toEqual({ username: "me", password: "hunter3", more: "hunter4" });
    expect(await quietly("replace", "-f", await world.file("d2.yaml", secret("d", "hunter5")))).toMatchObject({
      status: 0,
    });
    expect(await data()).toEqual({ username: "me", password: "hunter5" });
    expect(await quietly("label", "secret", "d", "l=1")).toMatchObject({ status: 0 });
    expect(await data()).toEqual({ username: "me", password: "hunter5" });
  });

  it("is made of texts and files, which no failure repeats", async () => {
    const path = await world.file("pass.txt", "hunter2\n");
    const words = ["create", "secret", "generic", "made", "--from-literal=username=me", `--from-file=password=${path}`];
    expect(await quietly(...words)).toMatchObject({ status: 0, out: "secret/made created\n" });
    const { spec } = parse(await world.out("get", "secret", "made", "-o", "yaml", "--show-secrets"));
    expect(spec.data).toEqual({ username: "me", password: "hunter2\n" });
    expect((await quietly("create", "secret", "named", `--from-file=${path}`)).status).toBe(0);
    expect(parse(await world.out("get", "secret/named", "-o", "yaml")).spec.data).toHaveProperty(["pass.txt"]);
    for (const more of [
      ["--from-literal=hunter2"],
      [],
      ["--from-literal=a=hunter2", "--from-literal=a=x"],
      ["--from-file=/none"],
    ])
      expect((await quietly("create", "secret", "none", ...more)).status).toBe(2);
    expect((await quietly("create", "namespace", "team", "--from-literal=a=b")).status).toBe(2);
    await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
    expect((await quietly("create", "secret", "binary", `--from-file=${path}`)).err).toContain("is no text (UTF-8)");
  });

  it("is not shown by a dry run without a cluster", async () => {
    const path = await world.file("e.yaml", secret("e", "hunter2"));
    for (const verb of ["create", "apply"])
      expect((await quietly(verb, "-f", path, "--dry-run=client", "-o", "yaml")).status).toBeLessThanOrEqual(2);
  });

  it.each([
    ["no text", "{data: {password: [hunter2]}}", "spec.data.password must be string"],
    ["no map", '{data: "hunter2"}', "spec.data must be object"],
    ["a text that is too long", `{data: {password: ${"hunter".repeat(12_000)}}}`, "has 72000 bytes: at most 65536"],
    [
      "too many long texts",
      `{data: {a: ${"hunter".repeat(9_000)}, b: ${"hunter".repeat(9_000)}, c: ${"hunter".repeat(9_000)}}}`,
      "spec.data has 162000 bytes: at most 131072",
    ],
    [
      "what was printed instead",
      "{data: {password: '(not shown: hunter2)'}}",
      "is what vmctl prints instead of a text",
    ],
    ["a broken seal", "{data: {password: sealed:v1:hunter}}", "is no whole sealed text"],
    ["a name that is none", "{data: {'../x': hunter2}}", "spec.data"],
  ])("with %s is refused without its text", async (_what, spec, says) => {
    const path = await world.file("f.yaml", `${HEAD}kind: Secret\nmetadata: {name: f}\nspec: ${spec}\n`);
    const { status, err } = await quietly("apply", "-f", path);
    expect(status).toBe(1);
    expect(err).toContain(says);
  });

  it("in conflict names who, not what", async () => {
    await world.out("apply", "-f", await world.file("g.yaml", secret("g", "hunter2")), "--field-manager=ci");
    const { status, err } = await quietly("apply", "-f", await world.file("g2.yaml", secret("g", "hunter3")));
    expect(status).toBe(3);
    expect(err).toMatch(/spec\.data\.password was set to .* by ci/);
  });

  it("in use is not deleted", async () => {
    await world.out("apply", "-f", await world.file("h.yaml", secret("h", "hunter2")));
    const spec = "{image: {name: tiny}, cloudInit: {userDataFrom: {secret: h, key: password}}}";
    await world.out("apply", "-f", await world.file("i.yaml", instance("user-of-h", spec)));
    const { status, err } = await quietly("delete", "secret", "h", "--wait=false");
    expect(status).toBe(1);
    expect(err).toContain("secret/h is in use: delete these first, or change them (instance default/user-of-h)");
    expect((await quietly("describe", "secret", "h")).out).toMatch(/^Instances:\n(.*\n)+? +default +user-of-h /m);
  });
});

describe("a flavor", () => {
  it("in a plan gives its size, and says whom a change concerns", async () => {
    const named = (name: string, more = "") => instance(name, `{image: {name: tiny}, flavor: small${more}}`);
    const set = `${flavor(2)}---\n${named("fl-1")}---\n${named("fl-2", ", updatePolicy: {flavor: OnChange}")}`;
    const path = await world.file("set.yaml", set);
    const first = await world.controllers.answering(() => world.run("diff", "-f", path));
    expect(first.out).toContain("instance/fl-1 would be created: 2 vcpu, 1Gi memory, 4Gi disk");
    expect(first.out).toMatch(/^In all: .* → 4 vcpu, 2Gi memory, 8Gi disk$/m);
    await world.out("apply", "-f", path);
    const change = await world.file("flavor.yaml", flavor(4));
    const { out } = await world.run("diff", "-f", change);
    expect(out).toMatch(/^ {2}spec\.resources\.vcpu +2 → 4/m);
    expect(out).toContain("  instances that follow it, as far as a bound one can: default/fl-2\n");
    expect(out).toContain("  instances that keep what they have (updatePolicy.flavor: Never): default/fl-1\n");
    const { items } = JSON.parse((await world.run("diff", "-f", change, "-o", "json")).out);
    expect(items[0].users).toEqual({ following: ["default/fl-2"], keeping: ["default/fl-1"] });
  });

  it("in use is not deleted, nor is an image", async () => {
    await world.out("apply", "-f", await world.file("fl.yaml", flavor(2)));
    const image = `${HEAD}kind: Image\nmetadata: {name: used}\nspec: {source: {file: /srv/x}}\n`;
    await world.out("apply", "-f", await world.file("img.yaml", image));
    await world.out("apply", "-f", await world.file("j.yaml", instance("j", "{image: {name: used}, flavor: small}")));
    for (const word of ["flavor/small", "image/used"]) {
      const { status, err } = await world.run("delete", word, "--wait=false");
      expect(status).toBe(1);
      expect(err).toContain(`${word} is in use`);
      expect(err).toContain("instance default/j");
    }
  });

  it.each([
    ["a size that is a mistake", "{resources: {memory: 512}}", "did you mean 512Mi?"],
    ["what only an instance has", "{runStrategy: Halted}", "is not a field"],
  ])("with %s is refused", async (_what, spec, says) => {
    const path = await world.file("k.yaml", `${HEAD}kind: Flavor\nmetadata: {name: k}\nspec: ${spec}\n`);
    const { status, err } = await world.run("apply", "-f", path);
    expect(status).toBe(1);
    expect(err).toContain(says);
  });
});

it.each([
  ["http", "http://images.example/x", "would cross the network in clear"],
  ["a file", undefined, "are for a url"],
])("credentials for %s are refused", async (_what, url, says) => {
  const source = url === undefined ? "{file: /srv/x}" : `{url: "${url}"}`;
  const spec = `{source: ${source}, credentials: {secret: registry}}`;
  const path = await world.file("l.yaml", `${HEAD}kind: Image\nmetadata: {name: l}\nspec: ${spec}\n`);
  const { status, err } = await world.run("apply", "-f", path);
  expect(status).toBe(1);
  expect(err).toContain(`spec.credentials ${says}`);
});

describe("beside objects that were written around vmctl", () => {
  const put = (tail: string, kind: string, spec: unknown) =>
    putAll(world.store, {
      [`spec/${tail}`]: JSON.stringify({
        ...objectOf(kind, { name: tail.split("/").at(-1), namespace: "default" }, {}),
        spec,
      }),
    });
  beforeAll(async () => {
    await put("ns/default/instances/odd-1", "Instance", { image: "tiny" });
    await put("ns/default/instances/odd-2", "Instance", null);
    await put("ns/default/instancesets/odd", "InstanceSet", null);
    await put("ns/default/secrets/odd", "Secret", null);
  });

  it("others are deleted, planned and shown all the same", async () => {
    const path = await world.file("m.yaml", `${flavor(2).replace("small", "large")}---\n${secret("m", "hunter2")}`);
    await world.out("apply", "-f", path);
    const bigger = await world.file("m2.yaml", flavor(8).replace("small", "large"));
    expect(await world.run("diff", "-f", bigger)).toMatchObject({ status: 1, err: "" });
    expect(await world.out("get", "secrets", "-o", "yaml", "--show-secrets")).toContain("hunter2");
    expect(await world.out("delete", "flavor/large", "--wait=false")).toContain("flavor/large");
  });
});
