import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KeystoneCredentials } from "../../../placement/openstack/keystone/credentials.ts";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { OpenstackPlacement } from "../../../placement/openstack/openstack-placement.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Log } from "../../../runtime/log.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeKeystone } from "../../support/fake-keystone.ts";
import { PlacementServer } from "../../support/placement-server.ts";
import { TokenDoor } from "../../support/token-door.ts";
import { aConsumer, aProvider, aRequest, candidateOn, uuid } from "../examples.ts";
import { hastyClock } from "../hasty-clock.ts";

const PASSWORD = "s3cret-of-vmctl";

describe("a Placement behind Keystone", () => {
  let server: PlacementServer;
  let keystone: FakeKeystone;
  let door: TokenDoor;
  let aheadMs: number;
  let credentials: KeystoneCredentials;
  let lines: string[];
  const opened: OpenstackPlacement[] = [];

  const clock: Clock = { ...hastyClock, boottime: () => hastyClock.boottime() + aheadMs };
  const note = (fields: object, message: string) => void lines.push(describeLine(fields, message));
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };

  beforeAll(async () => {
    server = await PlacementServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    aheadMs = 0;
    lines = [];
    keystone = await FakeKeystone.start(clock);
    door = await TokenDoor.start(server.port, (token) => keystone.knows(token));
    keystone.passwords.set("vmctl", PASSWORD);
    keystone.credentials.set("7a1b", PASSWORD);
    keystone.endpoints = [
      { interface: "public", url: `${door.endpoint}/` },
      { interface: "admin", url: "http://127.0.0.1:9" },
    ];
    credentials = {
      authUrl: keystone.authUrl,
      interface: "public",
      identity: {
        method: "password",
        user: { name: "vmctl", domain: { name: "Default" } },
        password: PASSWORD,
        scope: { project: { name: "service", domain: { id: "default" } } },
      },
    };
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((placement) => placement.close()));
    await Promise.all([keystone.stop(), door.stop()]);
  });

  const open = async (rest: Partial<Parameters<typeof openOpenstackPlacement>[0]> = {}) => {
    const options = { cluster: "test", clock, log, timeoutMs: 500, keystone: async () => credentials, ...rest };
    const placement = await openOpenstackPlacement(options);
    opened.push(placement);
    return placement;
  };

  it("is found in the catalogue and used with the token of a password", async () => {
    const placement = await open();
    await placement.ensureProvider(aProvider(1));
    await placement.claim(aConsumer(901), candidateOn(1));
    expect(await placement.allocation(uuid(901))).toMatchObject({ allocations: candidateOn(1).allocations });
    expect(new Set(door.admitted).size).toBe(1);
    expect(door.refused).toBe(0);
    expect(keystone.logins).toEqual([
      {
        auth: {
          identity: {
            methods: ["password"],
            password: { user: { name: "vmctl", domain: { name: "Default" }, password: PASSWORD } },
          },
          scope: { project: { name: "service", domain: { id: "default" } } },
        },
      },
    ]);
  });

  it("takes an application credential, and an endpoint that is given beats the catalogue's", async () => {
    const identity = { method: "application_credential", secret: PASSWORD, credential: { id: "7a1b" } } as const;
    credentials = { ...credentials, identity };
    keystone.endpoints = [];
    const placement = await open({ endpoint: door.endpoint });
    expect(await placement.allocation(uuid(1))).toBeUndefined();
    expect(keystone.logins).toEqual([
      {
        auth: {
          identity: { methods: ["application_credential"], application_credential: { id: "7a1b", secret: PASSWORD } },
        },
      },
    ]);
  });

  it("is logged in at once for many requests that need a token together", async () => {
    keystone.trouble = { status: 503, body: "" };
    const placement = await open();
    keystone.trouble = undefined;
    keystone.logins.length = 0;
    await Promise.all(Array.from({ length: 12 }, (_, n) => placement.allocation(uuid(n))));
    expect(keystone.logins).toHaveLength(1);
    expect(door.refused).toBe(0);
  });

  it("has the token renewed before it expires, beside the requests that use it", async () => {
    keystone.lifetimeMs = 60_000;
    const placement = await open();
    await placement.allocation(uuid(1));
    aheadMs = 50_000;
    await Promise.all([1, 2, 3].map((n) => placement.allocation(uuid(n))));
    await eventually(() => lines.filter((line) => line.includes("logged in")).length === 2);
    await placement.allocation(uuid(1));
    expect(keystone.logins).toHaveLength(2);
    expect([new Set(door.admitted).size, door.refused]).toEqual([2, 0]);
  });

  it("is used with the old token while Keystone is away, and no longer than that is good", async () => {
    keystone.lifetimeMs = 60_000;
    const placement = await open();
    keystone.trouble = { status: 500, body: "<html>" };
    aheadMs = 50_000;
    expect(await placement.allocation(uuid(1))).toBeUndefined();
    await eventually(() => lines.some((line) => line.includes("the old one serves on")));
    await placement.allocation(uuid(1));
    expect(keystone.logins).toHaveLength(2);
    aheadMs = 59_500;
    await expect(placement.allocation(uuid(1))).rejects.toMatchObject({
      code: "Unreachable",
      message: expect.stringContaining(`Keystone at ${keystone.authUrl}: 500`),
    });
    expect(door.refused).toBe(0);
  });

  it("gets a new token when it refuses the old one, once for all who were refused", async () => {
    const placement = await open();
    await placement.allocation(uuid(1));
    keystone.revokeAll();
    aheadMs = 60_000;
    await Promise.all([1, 2, 3, 4].map((n) => placement.allocation(uuid(n))));
    expect(keystone.logins).toHaveLength(2);
  });

  it("that refuses new tokens too is Unauthorized, and costs Keystone nothing", async () => {
    const placement = await open();
    keystone.revokeAll();
    for (const n of [1, 2, 3]) await expect(placement.allocation(uuid(n))).rejects.toMatchObject(REFUSED);
    expect(keystone.logins).toHaveLength(1);
  });
  const REFUSED = { code: "Unauthorized", message: expect.stringContaining("401 The request you have made requires") };

  it("tells whose login is wrong and where, asks no second time, and goes on when it is mended", async () => {
    const right = credentials;
    credentials = { ...credentials, identity: { ...credentials.identity, password: "wr0ng" } as never };
    const placement = await open();
    for (let n = 0; n < 3; n++)
      await expect(placement.ensureProvider(aProvider(1))).rejects.toMatchObject({
        code: "Unauthorized",
        message: `Keystone at ${keystone.authUrl} does not let user vmctl (domain Default) in (401 The request you have made requires authentication.): look at the names, domains and the secret in the file that placement-auth names`,
      });
    expect(keystone.logins).toHaveLength(1);
    aheadMs = 61_000;
    await expect(placement.allocation(uuid(1))).rejects.toMatchObject({ code: "Unauthorized" });
    expect(keystone.logins).toHaveLength(2);
    credentials = right;
    await placement.ensureProvider(aProvider(1));
    expect(lines.join("\n")).not.toMatch(/wr0ng|s3cret|gAAAA/);
  });

  it("says no secret that a Keystone says", async () => {
    keystone.trouble = { status: 400, body: JSON.stringify({ error: { message: `got ${PASSWORD}` } }) };
    const placement = await open();
    await expect(placement.allocation(uuid(1))).rejects.toMatchObject({
      message: expect.stringContaining("400 got ***"),
    });
    expect(lines.join("\n")).not.toContain(PASSWORD);
  });

  it.each<[string, FakeKeystone["trouble"], string]>([
    ["hangs", "hang", "did not answer within 500 ms"],
    ["is another service", { status: 404, body: "{}" }, "is no identity API v3"],
    ["answers rubbish", { status: 201, body: "<html>welcome</html>" }, "no token is in the answer"],
    ["breaks down", { status: 502, body: "" }, "502"],
  ])("may have a Keystone that %s when we start", async (_, trouble, message) => {
    keystone.trouble = trouble;
    const placement = await open({ timeoutMs: trouble === "hang" ? 100 : 500 });
    await expect(placement.allocation(uuid(1))).rejects.toThrow(trouble === "hang" ? "within 100 ms" : message);
    keystone.trouble = undefined;
    aheadMs = 61_000;
    expect(await placement.allocation(uuid(1))).toBeUndefined();
  });

  it.each<[string, FakeKeystone["endpoints"], string]>([
    ["none", [], "no service of type placement for us"],
    [
      "one of another interface",
      [{ interface: "internal", url: "http://127.0.0.1:9", region: "North" }],
      "no Placement of interface public; there is: internal in North",
    ],
    [
      "two",
      ["North", "South"].map((region) => ({ interface: "public", url: `http://127.0.0.1:9/${region}`, region })),
      "2 Placements of interface public: say which region_name is meant; there is: public in North, public in South",
    ],
    ["one that is no URL", [{ interface: "public", url: "placement" }], "no usable URL"],
  ])("is asked for by name when the catalogue has %s", async (_, endpoints, message) => {
    keystone.endpoints = endpoints;
    const placement = await open();
    await expect(placement.candidates(aRequest())).rejects.toMatchObject({
      code: "Unauthorized",
      message: expect.stringContaining(message),
    });
  });

  it("is taken from its region and interface", async () => {
    const wrong = "http://127.0.0.1:9";
    keystone.endpoints = [
      { interface: "public", url: wrong, region: "North" },
      { interface: "internal", url: door.endpoint, region: "North" },
      { interface: "internal", url: wrong, region: "South" },
    ];
    credentials = { ...credentials, region: "North", interface: "internal" };
    expect(await (await open()).allocation(uuid(1))).toBeUndefined();
  });
});

const describeLine = (fields: object, message: string): string =>
  `${message} ${JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? `${value.stack} ${JSON.stringify(value)}` : value))}`;
