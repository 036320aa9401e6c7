import { afterAll, beforeAll, expect, it } from "vitest";
import { cleanEnvironment, runToEnd } from "../../support/e2e-program.ts";
import { blocksOf } from "../../support/page-blocks.ts";
import { Served } from "./served.ts";

const ADDRESS = "http://127.0.0.1:8778";

let served: Served;
beforeAll(async () => {
  served = await Served.start();
});
afterAll(() => served.stop());

it("docs/placement.md: its examples for curl do what they say, word by word", async () => {
  const [talk = "", openstack = ""] = await blocksOf("placement.md", "Talking to it");
  expect(talk.split(ADDRESS)).toHaveLength(6);
  expect(openstack).toContain(`--os-endpoint ${ADDRESS} --os-placement-api-version 1.39`);
  // Only where it listens is another place here, and an answer that refuses is a failure.
  const script = talk.replaceAll(`${ADDRESS}`, served.url).replaceAll("curl -s", "curl -s --fail-with-body");
  const { code, stdout, stderr } = await runToEnd(["sh", "-ec", script], { environment: cleanEnvironment() });
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain('"max_version":"1.39"');
  const [, rack = ""] = /^rack=(\S+)$/m.exec(talk) ?? [];
  const [, candidates = ""] = /("allocation_requests":.*)/.exec(stdout) ?? [];
  expect(candidates).toContain(rack);
  expect((await served.must("GET", `/resource_providers/${rack}`)).body).toMatchObject({ name: "rack-1" });
  expect((await served.must("GET", `/resource_providers/${rack}/usages`)).body).toMatchObject({
    usages: { VCPU: 2, MEMORY_MB: 0 },
  });
});
