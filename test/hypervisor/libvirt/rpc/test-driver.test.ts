import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { affect, listDomains, xmlDesc } from "../../../../hypervisor/libvirt/rpc/domain-flags.ts";
import type { DomainLifecycleEvent } from "../../../../hypervisor/libvirt/rpc/event-kinds.ts";
import { LibvirtConnection } from "../../../../hypervisor/libvirt/rpc/libvirt-connection.ts";
import { eventually } from "../../../support/eventually.ts";
import { LibvirtDaemon } from "../../../support/libvirt-daemon.ts";
import { tinyDomain } from "./domain-xml.ts";

let daemon: LibvirtDaemon;
let connection: LibvirtConnection;

const open = (uri: string, options = {}) =>
  LibvirtConnection.open({ transport: { socketPath: daemon.socketPath }, uri, ...options });

beforeAll(async () => {
  daemon = await LibvirtDaemon.start();
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  const path = join(daemon.dir, `${randomUUID()}.xml`);
  await writeFile(
    path,
    "<node><domain type='test'><name>first</name><memory>4096</memory><os><type>hvm</type></os></domain></node>",
  );
  connection = await open(`test://${path}`);
});
afterEach(() => connection.close());

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "success",
    (error: { code?: string }) => error.code,
  );

describe("a connection", () => {
  it("to a test file is a host of its own", async () => {
    expect((await connection.domains.list()).map(({ name }) => name)).toEqual(["first"]);
    await connection.domains.defineXml(tinyDomain("test", "second"));
    const other = await open("test:///default");
    expect((await other.domains.list()).map(({ name }) => name)).toEqual(["test"]);
    await other.close();
  });

  it("says what it is connected to", async () => {
    expect(await connection.node.getType()).toBe("TEST");
    expect(await connection.node.getVersion()).toBe("0.0.2");
    expect(await connection.node.getLibVersion()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await connection.node.getUri()).toContain("test:///");
    expect(await connection.node.getHostname()).not.toBe("");
    expect(await connection.node.getInfo()).toMatchObject({ model: "i686", cpus: 16, memoryKiB: 3145728 });
    expect(await connection.node.getCapabilities()).toContain("<capabilities>");
  });

  it("that cannot be opened leaves nothing open and tells libvirt's reason", async () => {
    expect(await codeOf(open("nosuch:///system"))).toBe("NO_CONNECT");
    expect(await codeOf(open("test:///no/such/file.xml"))).not.toBe("success");
    expect(
      await codeOf(LibvirtConnection.open({ transport: { socketPath: "/nonexistent/sock" }, uri: "test:///default" })),
    ).toBe("ENOENT");
    expect(await codeOf(open("test:///default", { signal: AbortSignal.abort(new Error("no")) }))).not.toBe("success");
  });

  it("opened read-only may not change anything", async () => {
    const reader = await open("test:///default", { readOnly: true });
    expect(await codeOf(reader.domains.defineXml(tinyDomain("test", "new")))).toBe("OPERATION_DENIED");
    await reader.close();
  });
});

describe("domains", () => {
  it("go through their whole life", async () => {
    const { domains } = connection;
    const uuid = randomUUID();
    const dom = await domains.defineXml(tinyDomain("test", "web-1", uuid));
    expect(dom).toEqual({ name: "web-1", uuid, id: -1 });
    expect(await domains.getState(dom)).toMatchObject({ state: "shutoff" });
    expect((await domains.create(dom)).id).toBeGreaterThan(0);
    expect(await domains.lookupByName("web-1")).toEqual(await domains.lookupByUuid(uuid));
    expect(await domains.getInfo(dom)).toMatchObject({ state: "running", memoryKiB: 16384, vcpus: 1 });
    await domains.suspend(dom);
    expect(await domains.getState(dom)).toMatchObject({ state: "paused" });
    await domains.resume(dom);
    await domains.reboot(dom);
    await domains.shutdown(dom);
    expect(await domains.getState(dom)).toMatchObject({ state: "shutoff" });
    await domains.create(dom);
    await domains.destroy(dom);
    await domains.undefine(dom);
    expect(await codeOf(domains.lookupByUuid(uuid))).toBe("NO_DOMAIN");
  });

  it("are listed by flags", async () => {
    const dom = await connection.domains.defineXml(tinyDomain("test", "idle"));
    expect((await connection.domains.list(listDomains.inactive)).map(({ uuid }) => uuid)).toEqual([dom.uuid]);
    expect((await connection.domains.list(listDomains.running)).map(({ name }) => name)).toEqual(["first"]);
    expect((await connection.domains.list()).length).toBe(2);
  });

  it("keep metadata under its namespace", async () => {
    const { domains } = connection;
    const dom = await domains.defineXml(tinyDomain("test", "tagged"));
    const uri = "https://example.test/tags";
    expect(await codeOf(domains.getMetadata(dom, uri, affect.config))).toBe("NO_DOMAIN_METADATA");
    await domains.setMetadata(dom, { uri, key: "t", xml: "<tags epoch='3'>ü&amp;</tags>" }, affect.config);
    expect(await domains.getMetadata(dom, uri, affect.config)).toBe('<tags epoch="3">ü&amp;</tags>');
    expect(await domains.getXml(dom, xmlDesc.inactive)).toContain(uri);
    await domains.setMetadata(dom, { uri, key: "t", xml: null }, affect.config);
    expect(await codeOf(domains.getMetadata(dom, uri, affect.config))).toBe("NO_DOMAIN_METADATA");
  });

  it("tell addresses and figures", async () => {
    const { domains } = connection;
    const dom = await domains.lookupByName("first");
    expect(await domains.interfaceAddresses(dom, "lease")).toEqual([]);
    const [record] = await domains.stats();
    expect(record?.dom.uuid).toBe(dom.uuid);
    expect(record?.params.get("state.state")).toEqual({ type: "int", value: 1 });
  });

  it("refuse what libvirt refuses, with its code", async () => {
    const { domains } = connection;
    const dom = await domains.defineXml(tinyDomain("test", "web-1"));
    expect(await codeOf(domains.defineXml("<domain>"))).toBe("XML_DETAIL");
    expect(await codeOf(domains.defineXml(tinyDomain("test", "web-1")))).toBe("OPERATION_FAILED");
    expect(await codeOf(domains.destroy(dom))).toBe("OPERATION_INVALID");
    expect(await codeOf(domains.lookupByName("nobody"))).toBe("NO_DOMAIN");
    await expect(domains.lookupByUuid("not a uuid")).rejects.toThrow(TypeError);
  });

  it("carry 1 MB of XML both ways", async () => {
    const text = "x".repeat(2 ** 20);
    const xml = tinyDomain("test", "large").replace("<memory", `<description>${text}</description><memory`);
    const dom = await connection.domains.defineXml(xml);
    expect(await connection.domains.getXml(dom)).toContain(text);
  });
});

describe("networks and pools", () => {
  it("go through their whole life", async () => {
    const { networks } = connection;
    const net = await networks.defineXml("<network><name>n1</name><bridge name='vt9'/></network>");
    expect(await networks.isActive(net)).toBe(false);
    await networks.create(net);
    expect(await networks.isActive(net)).toBe(true);
    await networks.setAutostart(net, true);
    expect(await networks.getAutostart(net)).toBe(true);
    expect(await networks.getBridgeName(net)).toBe("vt9");
    expect(await networks.getXml(net)).toContain("<name>n1</name>");
    expect(await networks.lookupByUuid(net.uuid)).toEqual(await networks.lookupByName("n1"));
    expect((await networks.list()).map(({ name }) => name)).toEqual(["n1"]);
    await networks.destroy(net);
    await networks.undefine(net);
    expect(await codeOf(networks.lookupByName("n1"))).toBe("NO_NETWORK");
  });

  it("show a pool's space", async () => {
    const shared = await open("test:///default");
    const [pool] = await shared.pools.list();
    if (!pool) throw new Error("test:///default has a pool");
    expect(await shared.pools.lookupByName(pool.name)).toEqual(await shared.pools.lookupByUuid(pool.uuid));
    expect(await shared.pools.getInfo(pool)).toMatchObject({ state: "running", capacity: 107374182400 });
    expect(await shared.pools.getXml(pool)).toContain(pool.name);
    await shared.pools.refresh(pool);
    expect(await codeOf(shared.pools.lookupByName("none"))).toBe("NO_STORAGE_POOL");
    await shared.close();
  });
});

describe("events", () => {
  it("all arrive, in order, once for each subscription", async () => {
    const dom = await connection.domains.lookupByName("first");
    const [one, two]: [string[], string[]] = [[], []];
    await connection.events.subscribe("domainLifecycle", ({ event }) => one.push(event));
    await connection.events.subscribe("domainLifecycle", ({ event }) => two.push(event));
    for (let round = 0; round < 1000; round++) {
      await connection.domains.suspend(dom);
      await connection.domains.resume(dom);
    }
    await eventually(() => expect(two.length).toBe(2000));
    expect(one).toEqual(Array.from({ length: 1000 }, () => ["suspended", "resumed"]).flat());
    expect(two).toEqual(one);
  });

  it("name the domain and what happened", async () => {
    const seen: DomainLifecycleEvent[] = [];
    await connection.events.subscribe("domainLifecycle", (event) => seen.push(event));
    const dom = await connection.domains.defineXml(tinyDomain("test", "web-1"));
    await connection.domains.create(dom);
    await connection.domains.destroy(dom);
    await connection.domains.undefine(dom);
    await eventually(() =>
      expect(seen.map(({ event }) => event)).toEqual(["defined", "started", "stopped", "undefined"]),
    );
    expect(new Set(seen.map(({ domain }) => domain.uuid))).toEqual(new Set([dom.uuid]));
  });

  it("stop with the subscription", async () => {
    const seen: string[] = [];
    const other: string[] = [];
    const subscription = await connection.events.subscribe("domainLifecycle", ({ event }) => seen.push(event));
    await connection.events.subscribe("domainLifecycle", ({ event }) => other.push(event));
    await subscription.close();
    await subscription.close();
    await connection.domains.defineXml(tinyDomain("test", "web-1"));
    await eventually(() => expect(other).toEqual(["defined"]));
    expect(seen).toEqual([]);
  });

  it("of networks arrive too", async () => {
    const seen: string[] = [];
    await connection.events.subscribe("networkLifecycle", ({ event, network }) =>
      seen.push(`${network.name} ${event}`),
    );
    const net = await connection.networks.defineXml("<network><name>n1</name></network>");
    await connection.networks.create(net);
    await connection.networks.destroy(net);
    await connection.networks.undefine(net);
    await eventually(() => expect(seen).toEqual(["n1 defined", "n1 started", "n1 stopped", "n1 undefined"]));
  });
});
