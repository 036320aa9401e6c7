import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import { aConsumer, aRequest, candidateOn, uuid } from "../examples.ts";
import { hastyClock } from "../hasty-clock.ts";

const versions = (max: string): string => JSON.stringify({ versions: [{ min_version: "1.0", max_version: max }] });

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
  const open = (endpoint: string) =>
    openOpenstackPlacement({ endpoint, cluster: "test", clock: hastyClock, timeoutMs: 500 });

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
