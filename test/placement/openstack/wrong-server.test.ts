import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { OpenstackPlacement } from "../../../placement/openstack/openstack-placement.ts";
import { aConsumer, aProvider, aRequest, candidateOn, uuid } from "../examples.ts";
import { hastyClock } from "../hasty-clock.ts";

const versions = (max: string): string => JSON.stringify({ versions: [{ min_version: "1.0", max_version: max }] });

/** Of every shape we read something, and of none all. */
const RUBBISH = JSON.stringify({
  ...{ allocations: { x: 7 }, consumer_generation: "one", uuid: 1, name: "n", generation: null },
  ...{ traits: [1], inventories: {}, resource_provider_generation: "0", aggregates: {}, usages: [] },
  ...{ allocation_requests: [{}], provider_summaries: null },
});

describe("a server that is not what we need", () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  /** Serves `max` at the root and `listener` elsewhere. */
  async function serve(max: string, listener: RequestListener): Promise<string> {
    const answering = createServer((request, response) =>
      request.url === "/base/" ? response.end(versions(max)) : listener(request, response),
    );
    server = answering;
    await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(answering.address() as AddressInfo).port}/base/`;
  }
  const open = (endpoint: string, rest: { maxResponseBytes?: number; connections?: number } = {}) =>
    openOpenstackPlacement({ endpoint, cluster: "test", clock: hastyClock, timeoutMs: 500, ...rest });

  it("is refused with both versions when it is too old", async () => {
    const endpoint = await serve("1.38", () => {});
    await expect(open(endpoint)).rejects.toMatchObject({
      code: "Incompatible",
      message: expect.stringMatching(/speaks microversions 1\.0 to 1\.38.*need 1\.39/),
    });
  });

  it("is taken when it is newer, and asked for the pinned version with our token", async () => {
    const seen: Record<string, unknown>[] = [];
    const endpoint = await serve("2.0", (request, response) => {
      seen.push({ url: request.url, ...request.headers });
      response.end(`{"allocations":{}}`);
    });
    const placement = await open(endpoint);
    expect(await placement.allocation(uuid(1))).toBeUndefined();
    expect(seen).toMatchObject([
      {
        url: `/base/allocations/${uuid(1)}`,
        "openstack-api-version": "placement 1.39",
        "x-auth-token": "admin",
      },
    ]);
    await placement.close();
  });

  it("is asked over connections that stay open, and over no more than are allowed", async () => {
    let [inFlight, most] = [0, 0];
    const endpoint = await serve("1.39", (_, response) => {
      most = Math.max(most, ++inFlight);
      setImmediate(() => {
        inFlight--;
        response.end(`{"allocations":{}}`);
      });
    });
    let connections = 0;
    server?.on("connection", () => connections++);
    const placement = await open(endpoint, { connections: 3 });
    for (let n = 0; n < 20; n++) await placement.allocation(uuid(n));
    // A second one is opened when a request comes in the moment the first becomes free.
    expect(connections).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 40 }, (_, n) => placement.allocation(uuid(n))));
    expect(connections).toBe(3);
    expect(most).toBeLessThanOrEqual(3);
    await placement.close();
  });

  it("is refused when its root is no list of versions", async () => {
    const endpoint = await serve("1.39", (_, response) => response.end("{}"));
    await expect(open(`${endpoint}elsewhere`)).rejects.toMatchObject({ code: "Incompatible" });
  });

  it.each([
    [500, `{"errors":[{"status":500,"title":"Internal Server Error"}]}`],
    [503, "<html>down for maintenance</html>"],
    [200, "<html>a captive portal</html>"],
  ])("is Unreachable when it says %i %s, after some attempts", async (status, body) => {
    let asked = 0;
    const endpoint = await serve("1.39", (_, response) => {
      asked++;
      response.writeHead(status).end(body);
    });
    const placement = await open(endpoint);
    await expect(placement.candidates(aRequest())).rejects.toMatchObject({ code: "Unreachable" });
    expect(asked).toBe(4);
    await placement.close();
  });

  describe.each([
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["another service's JSON", `{"servers":[]}`],
    ["the right words with wrong values", RUBBISH],
  ])("is Unreachable, and never a crash, when it says 200 and %s", (_, body) => {
    it.each<[string, (placement: OpenstackPlacement) => Promise<unknown>]>([
      ["candidates", (placement) => placement.candidates(aRequest())],
      ["an allocation", (placement) => placement.allocation(uuid(1))],
      ["a provider", (placement) => placement.provider(uuid(1))],
      ["consumers", (placement) => placement.consumersOf(uuid(1))],
      ["a provider to be brought to a state", (placement) => placement.ensureProvider(aProvider(1))],
      ["a release", (placement) => placement.release(uuid(1))],
    ])("to a request for %s", async (_, ask) => {
      const placement = await open(await serve("1.39", (_, response) => response.end(body)));
      await expect(ask(placement)).rejects.toMatchObject({
        code: "Unreachable",
        message: expect.stringContaining("no answer of Placement"),
      });
      await placement.close();
    });
  });

  it.each([
    ["[1, 2]", 409],
    ["null", 409],
    [`{"errors": "none"}`, 409],
    [`{"errors": [{"code": 7, "detail": {"a": 1}}]}`, 409],
    ["<html>", 409],
    [`{"errors": [null]}`, 400],
  ])("may word a refusal as %s, and it is a refusal all the same", async (body, status) => {
    const endpoint = await serve("1.39", (request, response) => {
      if (request.method === "GET") response.end(`{"allocations":{}}`);
      else response.writeHead(status).end(body);
    });
    const placement = await open(endpoint);
    await expect(placement.claim(aConsumer(1), candidateOn(1))).rejects.toMatchObject({ name: "PlacementError" });
    await placement.close();
  });

  it("that answers without end is Unreachable as soon as it is too much", async () => {
    let sent = 0;
    const endpoint = await serve("1.39", (_, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " "))) sent += 65_536;
      };
      response.on("drain", pour);
      response.write(`{"allocations":`);
      pour();
    });
    const placement = await open(endpoint, { maxResponseBytes: 1_000_000 });
    await expect(placement.allocation(uuid(1))).rejects.toMatchObject({ code: "Unreachable" });
    expect(sent).toBeLessThan(64_000_000);
    await placement.close();
  });

  it.each(["with its length told", "in chunks"])(
    "is asked again when it is cut in the middle of a body %s",
    async (how) => {
      let asked = 0;
      const body = JSON.stringify({ allocations: {}, padding: "x".repeat(10_000) });
      const endpoint = await serve("1.39", (_, response) => {
        if (asked++ > 0) return void response.end(body);
        if (how === "with its length told") response.setHeader("content-length", body.length);
        response.write(body.slice(0, 5_000), () => response.destroy());
      });
      const placement = await open(endpoint);
      expect(await placement.allocation(uuid(1))).toBeUndefined();
      expect(asked).toBe(2);
      await placement.close();
    },
  );

  it("is asked again after a failure that passes", async () => {
    let asked = 0;
    const endpoint = await serve("1.39", (_, response) => {
      asked++;
      if (asked === 1) response.writeHead(502).end();
      else response.end(`{"allocations":{}}`);
    });
    const placement = await open(endpoint);
    expect(await placement.allocation(uuid(1))).toBeUndefined();
    expect(asked).toBe(2);
    await placement.close();
  });

  it.each([
    ["placement.concurrent_update", "Conflict"],
    ["placement.undefined_code", "NoCapacity"],
  ])("has a 409 %s on a claim mean %s", async (code, meaning) => {
    const endpoint = await serve("1.39", (request, response) => {
      if (request.method === "GET") response.end(`{"allocations":{}}`);
      else response.writeHead(409).end(JSON.stringify({ errors: [{ status: 409, code, detail: "Conflict.\n\n no" }] }));
    });
    const placement = await open(endpoint);
    await expect(placement.claim(aConsumer(1), candidateOn(1))).rejects.toMatchObject({
      code: meaning,
      message: expect.stringContaining(meaning === "NoCapacity" ? "409 no" : "generations kept moving"),
    });
    await placement.close();
  });
});
