import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tokenAccess } from "../../../placement/http/access.ts";
import { uuid } from "../examples.ts";
import { claimBody, Served } from "./served.ts";

describe("the HTTP API", () => {
  let served: Served;
  beforeAll(async () => {
    served = await Served.start();
  });
  afterAll(async () => {
    await served.stop();
    expect(served.faults).toEqual([]);
  });

  it("tells which versions there are to whoever asks", async () => {
    const { status, body, headers } = await served.ask("GET", "/", {
      headers: { "x-auth-token": "" },
      version: "latest",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ versions: [{ min_version: "1.0", max_version: "1.39", status: "CURRENT" }] });
    expect(headers.get("openstack-api-version")).toBe("placement 1.39");
    expect(headers.get("vary")).toBe("openstack-api-version");
  });

  it.each([
    ["no token", {}, 401],
    ["another user than admin", { "x-auth-token": "somebody" }, 403],
    ["admin of a project", { "x-auth-token": "admin:project" }, 200],
    ["what keystoneauth sends without authentication", { "x-auth-token": "notused" }, 200],
  ])("answers %s as upstream's noauth2 does", async (_, headers, status) => {
    const reply = await fetch(`${served.url}/resource_providers`, { headers });
    expect(reply.status).toBe(status);
    if (status !== 200) expect(await reply.json()).toMatchObject({ errors: [{ status }] });
  });

  it("wants exactly its token, if it has one", async () => {
    const guarded = await Served.start({ access: tokenAccess("secret") });
    for (const [token, status] of [
      ["secret", 200],
      ["admin", 401],
      ["secret ", 200],
      ["", 401],
    ] as const)
      expect((await guarded.ask("GET", "/traits", { headers: { "x-auth-token": token } })).status).toBe(status);
    await guarded.stop();
  });

  it("shows codes from 1.23 and a request id always", async () => {
    const old = await served.ask("GET", "/nothing", { version: "1.22" });
    const errors = { status: 404, title: "Not Found", detail: "The resource could not be found." };
    expect(old.body).toEqual({ errors: [{ ...errors, request_id: old.headers.get("x-openstack-request-id") }] });
    const now = await served.ask("GET", "/nothing");
    expect(now.body).toMatchObject({ errors: [{ ...errors, code: "placement.undefined_code" }] });
  });

  it("shows errors as a page to a browser, and nothing of a client's in it unescaped", async () => {
    const path = "/resource_providers/%3Cscript%3E";
    const { status, text, headers } = await served.ask("DELETE", path, { headers: { accept: "text/html" } });
    expect(status).toBe(404);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toContain("&lt;script&gt;");
    expect(text).not.toContain("<script>");
  });

  it.each([
    ["1.40", 406],
    ["2.0", 406],
    ["1.x", 400],
    ["1.2.3", 400],
  ])("refuses version %s with %d", async (version, status) => {
    expect((await served.ask("GET", "/", { version })).status).toBe(status);
  });

  it("keeps names that JavaScript knows apart from those of ours", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect((await served.ask("GET", `/resource_classes/${name}`)).status).toBe(404);
      expect((await served.ask("GET", `/resource_providers?resources=${name}:1`)).status).toBe(400);
      expect((await served.ask("POST", "/resource_providers", { body: `{"name":"x","${name}":1}` })).status).toBe(400);
    }
  });

  it("lists traits in the order of ids", async () => {
    await served.must("PUT", "/traits/CUSTOM_Z");
    await served.must("PUT", "/traits/CUSTOM_A");
    await served.provider(uuid(1), {});
    const body = {
      resource_provider_generation: 1,
      traits: ["CUSTOM_A", "COMPUTE_NODE", "CUSTOM_Z", "COMPUTE_DEVICE_TAGGING"],
    };
    const { body: set } = await served.ask("PUT", `/resource_providers/${uuid(1)}/traits`, { body });
    expect(set).toMatchObject({ traits: ["COMPUTE_DEVICE_TAGGING", "COMPUTE_NODE", "CUSTOM_Z", "CUSTOM_A"] });
  });

  it("gives a claim's counts to project, user and type", async () => {
    await served.provider(uuid(2), { VCPU: { total: 8 } });
    await served.must("PUT", `/allocations/${uuid(3)}`, claimBody({ [uuid(2)]: { resources: { VCPU: 2 } } }));
    expect((await served.ask("GET", "/usages?project_id=p")).body).toEqual({
      usages: { INSTANCE: { VCPU: 2, consumer_count: 1 } },
    });
    expect((await served.ask("GET", "/usages?project_id=p&user_id=other")).body).toEqual({ usages: {} });
    expect((await served.ask("GET", "/usages?project_id=p", { version: "1.9" })).body).toEqual({ usages: { VCPU: 2 } });
  });

  it("takes what it offers: a candidate is the body of a claim", async () => {
    const { body } = await served.ask("GET", "/allocation_candidates?resources=VCPU:1&limit=1");
    const { allocation_requests: requests } = body as {
      allocation_requests: { allocations: object; mappings: object }[];
    };
    const [request] = requests;
    const claim = { ...claimBody(request?.allocations ?? {}), mappings: request?.mappings };
    expect((await served.ask("PUT", `/allocations/${uuid(4)}`, { body: claim })).status).toBe(204);
  });

  it("keeps no consumer whose first claim failed", async () => {
    const body = claimBody({ [uuid(99)]: { resources: { VCPU: 1 } } });
    expect((await served.ask("PUT", `/allocations/${uuid(5)}`, { body })).status).toBe(400);
    const good = claimBody({ [uuid(2)]: { resources: { VCPU: 1 } } });
    expect((await served.ask("PUT", `/allocations/${uuid(5)}`, { body: good })).status).toBe(204);
  });
});
