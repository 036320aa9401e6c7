import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeGrants, ROLES } from "../../../resources/roles.ts";
import { isSealed } from "../../../resources/sealing/sealed-text.ts";
import { Secret } from "../../../resources/secret.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { ensureSealingKey } from "../../../store/ensure-sealing-key.ts";
import { readSealingKey } from "../../../store/read-sealing-keys.ts";
import { sealSecret } from "../../../store/seal-secret.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, DIGEST, objectOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

const KEY = "spec/ns/default/secrets/web";
const CLEAR = "#cloud-config\npassword: hunter2\n";

/** As any command of ours stores it. */
async function secret(data: Record<string, string>, name = "web"): Promise<void> {
  const key = `spec/ns/default/secrets/${name}`;
  const old = await cluster.read<ReturnType<typeof objectOf>>(key);
  const object = { ...(old ?? objectOf("Secret", { name, namespace: "default" }, {})), spec: { data } };
  const generation = (old?.metadata.generation ?? 0) + 1;
  const sealed = await sealSecret(cluster.store, { kind: Secret, object, old: old?.spec });
  if (!("object" in sealed)) throw new Error(sealed.problem.message);
  await cluster.put(key, { ...sealed.object, metadata: { ...object.metadata, generation } });
}
const FROM = { cloudInit: { userDataFrom: { secret: "web" } } };
const seedOf = (uid: string) => cluster.host().machines.get(uid)?.seed;

describe("user-data from a secret", () => {
  it("reaches the guest, and lies in clear only where its host reads", async () => {
    await cluster.one();
    await cluster.image();
    await secret({ userData: CLEAR });
    const uid = await cluster.instance("web-1", FROM);
    await cluster.running("web-1");
    expect(seedOf(uid)?.userData).toBe(CLEAR);
    const { entries } = await cluster.store.list([""]);
    const inClear = entries.filter(({ value }) => value.includes("hunter2")).map(({ key }) => key);
    expect(inClear).toEqual([expect.stringMatching(`^assigned/host-1/data/${uid}/`)]);
    for (const grant of [...ROLES.user, ...ROLES.viewer, ...nodeGrants("host-2")]) {
      const reaches = (key: string) => ("key" in grant ? grant.key === key : key.startsWith(grant.prefix));
      expect([...inClear, "vault/x"].filter(reaches)).toEqual([]);
    }
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    expect(await cluster.keys("assigned/host-1/data/")).toEqual([]);
  });

  it("is waited for, and said to be missing", async () => {
    await cluster.one();
    await cluster.image();
    await cluster.instance("web-1", FROM);
    const { message } = await cluster.until("web-1", "Scheduled", "False", "SecretNotFound");
    expect(message).toBe('Secret "default/web" does not exist');
    await secret({ other: "x" });
    expect((await cluster.until("web-1", "Scheduled", "False", "SecretUnusable")).message).toBe(
      'Secret "default/web": has no userData in spec.data',
    );
    await secret({ userData: CLEAR });
    await cluster.running("web-1");
  });

  it("that changes is something the guest has not read; what was read stays while the secret is away", async () => {
    await cluster.one();
    await cluster.image();
    await secret({ userData: CLEAR });
    const uid = await cluster.instance("web-1", FROM);
    await cluster.running("web-1");
    await secret({ userData: `${CLEAR}# more\n` });
    const { message } = await cluster.until("web-1", "GuestConfigApplied", "False", "NeedsRecreate");
    expect(message).toContain("spec.cloudInit.userData");
    const told = (await cluster.assigned(uid))?.guest.userData;
    expect(await cluster.keys(`assigned/host-1/data/${uid}/`)).toEqual([`assigned/host-1/data/${uid}/${told}`]);
    await cluster.remove(KEY, "status/ns/default/secrets/web");
    await cluster.respec("web-1", { description: "changed" });
    await eventually(async () => (await cluster.status("web-1"))?.observedGeneration === 2);
    expect((await cluster.assigned(uid))?.guest.userData).toBe(told);
  });

  it("that is not there leaves a bound instance as it was, and is told", async () => {
    await cluster.one();
    await cluster.image();
    await secret({ userData: CLEAR });
    const uid = await cluster.instance("web-1", FROM);
    await cluster.running("web-1");
    const told = (await cluster.assigned(uid))?.guest.userData;
    await cluster.respec("web-1", { cloudInit: { userDataFrom: { secret: "other" } } });
    const { message } = await cluster.until("web-1", "Accepted", "False", "Invalid");
    expect(message).toBe('spec.cloudInit.userDataFrom: Secret "default/other" does not exist');
    expect((await cluster.assigned(uid))?.guest.userData).toBe(told);
    await secret({ userData: `${CLEAR}# other\n` }, "other");
    await cluster.until("web-1", "Accepted", "True");
    await eventually(async () => (await cluster.assigned(uid))?.guest.userData !== told);
  });

  it("is not taken from a secret that was copied under another name", async () => {
    await cluster.one();
    await cluster.image();
    await secret({ userData: CLEAR }, "original");
    const original = await cluster.read<{ spec: object }>("spec/ns/default/secrets/original");
    await cluster.put(KEY, objectOf("Secret", { name: "web", namespace: "default" }, original?.spec ?? {}));
    await cluster.instance("web-1", FROM);
    await cluster.until("web-1", "Scheduled", "False", "SecretNotFound");
    const status = JSON.stringify(await cluster.read("status/ns/default/secrets/web"));
    expect(status).toContain("spec.data.userData was sealed for another secret");
  });
});

it("credentials of an image reach the host as a text of its own, and no other instance", async () => {
  await cluster.one();
  cluster.host().images.add("https://images/private");
  const spec = { source: { url: "https://images/private" }, checksum: DIGEST, credentials: { secret: "registry" } };
  await cluster.image("tiny", spec);
  const uid = await cluster.instance("web-1");
  await cluster.until("web-1", "Scheduled", "False", "SecretNotFound");
  await secret({ username: "me", password: "hunter2" }, "registry");
  await cluster.running("web-1");
  const digest = (await cluster.assigned(uid))?.machine.image.credentials;
  const text = await cluster.read<string>(`assigned/host-1/data/${uid}/${digest}`);
  expect(JSON.parse(text ?? "")).toEqual({ username: "me", password: "hunter2" });
  await secret({ username: "me", password: "other" }, "registry");
  await eventually(async () => (await cluster.assigned(uid))?.machine.image.credentials !== digest);
  expect((await cluster.condition("web-1", "RecreateRequired"))?.status).not.toBe("True");
});

describe("a secret", () => {
  it("that was written around vmctl in clear is refused, and not used", async () => {
    await cluster.one();
    await cluster.image();
    await cluster.put(KEY, objectOf("Secret", { name: "web", namespace: "default" }, { data: { userData: CLEAR } }));
    await eventually(async () => {
      const status = JSON.stringify(await cluster.read("status/ns/default/secrets/web"));
      expect(status).toContain("spec.data: userData not sealed");
      expect(status).not.toContain("hunter2");
    });
    await cluster.instance("web-1", FROM);
    await cluster.until("web-1", "Scheduled", "False", "SecretNotFound");
  });

  it("stays sealed as it is when the same text is applied again", async () => {
    await cluster.one();
    await secret({ a: "one", b: "two" });
    const before = await cluster.read<{ spec: { data: Record<string, string> } }>(KEY);
    await secret({ a: "one", b: "three" });
    const after = await cluster.read<{ spec: { data: Record<string, string> } }>(KEY);
    expect(after?.spec.data["a"]).toBe(before?.spec.data["a"]);
    expect(after?.spec.data["b"]).not.toBe(before?.spec.data["b"]);
    expect(Object.values(after?.spec.data ?? {}).every(isSealed)).toBe(true);
  });

  it("cannot be stored before there is a key", async () => {
    await expect(secret({ a: "one" })).rejects.toThrow("has no key for it");
    expect(await cluster.keys(KEY)).toEqual([]);
  });
});

describe("the sealing key", () => {
  it("is made once, and published again when it was lost", async () => {
    const { store } = cluster;
    await ensureSealingKey(store, systemClock);
    const first = await readSealingKey(store);
    expect(first).toBeDefined();
    await ensureSealingKey(store, systemClock);
    const [published = ""] = await cluster.keys("sealing/");
    await cluster.remove(published);
    await ensureSealingKey(store, systemClock);
    expect(await readSealingKey(store)).toBe(first);
    expect(await cluster.keys("sealing/")).toEqual([published]);
    expect(await cluster.keys("vault/")).toHaveLength(1);
  });

  it("that nobody can open with is not sealed with", async () => {
    const { store } = cluster;
    await ensureSealingKey(store, systemClock);
    const [vault = ""] = await cluster.keys("vault/");
    const [published = ""] = await cluster.keys("sealing/");
    const { publicKey } = (await cluster.read<{ publicKey: string }>(published)) ?? {};
    await cluster.put(published, { publicKey, createdAt: "2999-01-01T00:00:00Z" });
    await cluster.remove(vault);
    await ensureSealingKey(store, systemClock);
    const ids = async (prefix: string) => (await cluster.keys(prefix)).map((key) => key.slice(prefix.length));
    expect(await ids("sealing/")).toEqual(await ids("vault/"));
    expect(await readSealingKey(store)).not.toBe(publicKey);
  });

  it("that cannot be read is not replaced by another", async () => {
    await cluster.put("vault/0000000000000000", "nonsense");
    await ensureSealingKey(cluster.store, systemClock);
    expect(await cluster.keys("vault/")).toEqual(["vault/0000000000000000"]);
    expect(await readSealingKey(cluster.store)).toBeUndefined();
  });
});
