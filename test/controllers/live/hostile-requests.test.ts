import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, objectOf, specOf } from "../support/cluster.ts";
import { Crowd, namesOf } from "../support/crowd.ts";

const server = sharedEtcd();
let cluster: Cluster;
let crowd: Crowd;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  crowd = new Crowd(cluster);
  await cluster.image();
  await cluster.controllers();
  await crowd.hosts(2);
});
afterEach(() => cluster.stop());

/** Around vmctl, as any client of etcd can. */
const raw = (name: string, spec: unknown, metadata: object = {}) =>
  cluster.put(specOf(name), objectOf("Instance", { name, namespace: "default", ...metadata }, spec as object));

/** The others of the cluster go on. */
const goesOn = async () => {
  await crowd.instances(["fine"], {}, { app: "web" });
  await crowd.untilBound(["fine"]);
};
const toldOf = (name: string) =>
  eventually(async () => {
    const conditions = (await cluster.status(name))?.conditions ?? [];
    const told = conditions.find(({ type, status }) => ["Scheduled", "Accepted"].includes(type) && status === "False");
    if (!told) throw new Error(JSON.stringify(conditions));
    return told;
  });

describe("amounts that nobody can give", () => {
  const size = (more: object) => ({
    image: { name: "tiny" },
    resources: { vcpu: 1, memory: "512Mi", disk: "2Gi", ...more },
  });
  it("in specs are told, and hold up nobody", async () => {
    const hostile: Record<string, unknown> = {
      zero: size({ vcpu: 0 }),
      negative: size({ vcpu: -1 }),
      huge: size({ vcpu: 2 ** 31 }),
      vast: size({ memory: "9999999999999999999999Gi" }),
      fraction: size({ vcpu: 1.5 }),
      text: size({ vcpu: "many" }),
      nothing: size({ vcpu: null }),
      custom: size({ CUSTOM_GPU: 2 ** 31 }),
      "custom-zero": size({ CUSTOM_GPU: 0 }),
      "custom-unknown": size({ CUSTOM_GPU: 1 }),
      list: [],
      word: "spec",
      none: null,
      priority: { ...size({}), priority: "highest" },
      groups: { ...size({}), resourceGroups: namesOf(50, "g").map((name) => ({ name, resources: { CUSTOM_GPU: 1 } })) },
    };
    for (const [name, spec] of Object.entries(hostile)) await raw(name, spec);
    for (const name of Object.keys(hostile)) {
      const told = await toldOf(name).catch((error: Error) => expect.fail(`${name}: ${error.message}`));
      expect(told.message.length, name).toBeLessThan(2_000);
    }
    await goesOn();
    expect(await cluster.keys("placement/allocations/")).toHaveLength(1);
  });
});

describe("labels", () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ["odd", { "a/b%": "..%2F", "": "", ключ: "значение" }],
    ["broken characters", { app: "\ud800" }],
    ["no texts", { app: 7, list: ["x"], object: {} }],
    ["a hundred", Object.fromEntries(namesOf(100, "l").map((name) => [name, "x"]))],
    ["long", { ["x".repeat(5_000)]: "y".repeat(50_000) }],
  ])("that are %s are told or bound, and hold up nobody", async (_what, labels) => {
    const term = { antiAffinity: [{ labelSelector: { matchLabels: labels } }] };
    await raw("labelled", { image: { name: "tiny" } }, { labels });
    await raw("far", { image: { name: "tiny" }, ...term });
    await goesOn();
    for (const name of ["labelled", "far"])
      await eventually(async () => {
        if ((await crowd.hostOf(name)) === undefined) await toldOfNow(name);
      });
  });
  const toldOfNow = async (name: string) => {
    const conditions = (await cluster.status(name))?.conditions ?? [];
    if (!conditions.some(({ status }) => status === "False")) throw new Error(`${name}: ${JSON.stringify(conditions)}`);
  };
});

describe("turnstiles that somebody damaged", () => {
  it("are gone through like others", async () => {
    await cluster.put("placement/groups/default/app%3Dweb", "nonsense");
    await cluster.put("placement/groups/default/*", "[]");
    await cluster.put("placement/groups/default", "{}");
    await cluster.put("placement/quota/default", "\u0000");
    await cluster.put("placement/quota/default/deeper", "{}");
    await goesOn();
    const apart = { antiAffinity: [{ labelSelector: { matchLabels: { app: "web" } } }] };
    await crowd.instances(["far"], apart);
    await crowd.untilBound(["far"]);
    expect(await crowd.hostOf("far")).not.toBe(await crowd.hostOf("fine"));
  });
});

describe("namespaces whose names begin alike", () => {
  it("have nothing to do with each other", async () => {
    const put = (name: string, spec: object) =>
      cluster.put(`spec/cluster/namespaces/${name}`, objectOf("Namespace", { name }, spec));
    await put("team", { quota: { vcpu: 1 }, limits: { instances: 1 } });
    await put("team-2", { quota: { vcpu: 2 } });
    await eventually(async () => (await cluster.keys("status/cluster/namespaces/team")).length === 2);
    const spec = { antiAffinity: [{ labelSelector: { matchLabels: { app: "web" } } }], hypervisor: "host-0" };
    const options = { labels: { app: "web" } };
    await cluster.instance("a", spec, { namespace: "team", ...options });
    await cluster.instance("b", spec, { namespace: "team-2", ...options });
    const bindings = () =>
      Promise.all(
        ["team/instances/a", "team-2/instances/b"].map((tail) =>
          cluster.read<{ binding?: object }>(`status/ns/${tail}`),
        ),
      );
    await eventually(async () => (await bindings()).every((record) => record?.binding));
  });
});
