import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../../placement/http/backend.ts";
import { MemoryBackend } from "../../../placement/http/memory-backend.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { uuid } from "../examples.ts";
import { Served } from "./served.ts";

/** Sends bytes, piece by piece, and reads until the server closes or `enough` is seen. */
function exchange(port: number, pieces: readonly string[], enough?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => {
      for (const piece of pieces) socket.write(piece);
    });
    const end = () => {
      socket.destroy();
      resolve(got);
    };
    socket.on("data", (chunk) => {
      got += chunk.toString();
      if (enough?.test(got)) end();
    });
    socket.on("end", end);
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? end() : reject(error)));
  });
}

const HEAD = "Host: x\r\nX-Auth-Token: admin\r\nOpenStack-API-Version: placement 1.39\r\n";
const get = (path: string): string => `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`;
const post = (body: string, length = Buffer.byteLength(body)): string =>
  `POST /resource_providers HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;

class SlowBackend extends MemoryBackend {
  override async write<T>(plan: Plan<T>): Promise<T> {
    await systemClock.sleep(30);
    return super.write(plan);
  }
}

describe("the HTTP server", () => {
  let served: Served;
  beforeAll(async () => {
    served = await Served.start({}, { requestTimeoutMs: 400, largestBody: 10_000 });
  });
  afterAll(async () => {
    await served.stop();
    expect(served.faults).toEqual([]);
  });
  const alive = async () => expect((await served.ask("GET", "/resource_providers")).status).toBe(200);

  it("carries out requests that were sent ahead in their order, however long each takes", async () => {
    const slow = await Served.start({ backend: new SlowBackend() });
    const sent = [post(`{"name":"first","uuid":"${uuid(1)}"}`), get(`/resource_providers/${uuid(1)}`), get("/nothing")];
    const got = await exchange(slow.port, [sent.join("")], /Not Found/);
    await slow.stop();
    expect(got.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404"]);
  });

  it("gives up on a client that never ends its request, and on nobody else", async () => {
    const slow = exchange(served.port, ["GET /resource_providers HTTP/1.1\r\nHost: x\r\n"]);
    const slowBody = exchange(served.port, [post("{", 100)]);
    await alive();
    expect(await slow).toContain("408");
    expect(await slowBody).toContain("408");
    await alive();
  });

  it("forgets a request that was cut in its middle", async () => {
    const socket = connect(served.port, "127.0.0.1");
    await new Promise((resolve) => socket.write(post('{"name":"cut"', 500), resolve));
    socket.destroy();
    await alive();
    expect((await served.ask("GET", "/resource_providers?name=cut")).body).toEqual({ resource_providers: [] });
  });

  it.each([
    ["says it is too large", post("", 20_000)],
    [
      "is too large without saying so",
      `POST /resource_providers HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n${"x".repeat(20_000)}`,
    ],
  ])("refuses a body that %s, and ends the connection", async (_, bytes) => {
    const got = await exchange(served.port, [bytes]);
    expect(got).toMatch(/^HTTP\/1.1 413/);
    await alive();
  });

  it.each([
    [
      "content-length",
      "POST /resource_providers HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
      /^HTTP\/1.1 400[\s\S]*must be an integer/,
    ],
    ["anything but HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", /^HTTP\/1.1 400/],
    ["a query beyond all measure", get(`/resource_providers?name=${"x".repeat(70_000)}`), /^HTTP\/1.1 431/],
  ])("refuses %s in an error document", async (_, bytes, expected) => {
    const got = await exchange(served.port, [bytes]);
    expect(got).toMatch(expected);
    expect(got).toContain('{"errors":[');
    await alive();
  });

  it.each([
    ["no JSON", "{", "Malformed JSON"],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "Malformed JSON: not UTF-8"],
    ["nothing", "", "Malformed JSON"],
    ["JSON nested without end", "[".repeat(4_000) + "]".repeat(4_000), "is not of type 'object'"],
    ["another type", "null", "None is not of type 'object'"],
  ])("refuses a body that is %s with 400", async (_, body, message) => {
    const reply = await fetch(`${served.url}/resource_providers`, {
      method: "POST",
      headers: { "x-auth-token": "admin", "content-type": "application/json" },
      body,
    });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain(message);
  });

  it.each([
    "/%ff",
    "/resource_providers/%00",
    "//",
    "/resource_providers/%2e%2e/x",
    "/resource_providers?name=%ff",
    "/?%",
  ])("survives %s", async (path) => {
    expect((await served.ask("GET", path)).status).toBeLessThan(500);
  });
});
