import { describe, expect, it } from "vitest";
import { answerError } from "../../../placement/openstack/translate-error.ts";

const answer = (status: number, code?: unknown) => ({
  status,
  body: { errors: [{ status, ...(code === undefined ? {} : { code }), detail: "The server said.\n\n why  " }] },
});

/** Status, Placement's own code, and what it means: of a claim, and of anything else. */
describe("a refusal of Placement is told apart by its code", () => {
  it.each<readonly [number, unknown, string, string]>([
    [409, "placement.undefined_code", "NoCapacity", "Conflict"],
    [409, "placement.concurrent_update", "Conflict", "Conflict"],
    [409, "placement.duplicate_name", "Conflict", "Conflict"],
    [409, "placement.inventory.inuse", "InUse", "InUse"],
    [409, "placement.resource_provider.inuse", "InUse", "InUse"],
    [409, "placement.resource_provider.cannot_delete_parent", "InUse", "InUse"],
    [409, "placement.something_newer", "NoCapacity", "Conflict"],
    [409, undefined, "NoCapacity", "Conflict"],
    [409, { code: "x" }, "NoCapacity", "Conflict"],
    // A code says nothing beside another status.
    [400, "placement.concurrent_update", "InvalidRequest", "InvalidRequest"],
    [404, "placement.inventory.inuse", "InvalidRequest", "InvalidRequest"],
    [401, undefined, "Unauthorized", "Unauthorized"],
    [403, undefined, "Unauthorized", "Unauthorized"],
    [406, undefined, "Incompatible", "Incompatible"],
    [429, undefined, "Unreachable", "Unreachable"],
    [500, "placement.undefined_code", "Unreachable", "Unreachable"],
    [503, undefined, "Unreachable", "Unreachable"],
  ])("%i %j", (status, code, ofClaim, ofOthers) => {
    expect(answerError("claim", answer(status, code), "NoCapacity").code).toBe(ofClaim);
    expect(answerError("other", answer(status, code)).code).toBe(ofOthers);
  });

  it("and keeps its last words", () => {
    expect(answerError("claim of x", answer(409)).message).toBe("claim of x: 409 why");
  });
});
