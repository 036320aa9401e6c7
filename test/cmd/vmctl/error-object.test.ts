import { describe, expect, it } from "vitest";
import { UsageError } from "../../../cmd/config/usage-error.ts";
import { invalidManifests } from "../../../cmd/vmctl/change/read-manifests.ts";
import { CommandFailure } from "../../../cmd/vmctl/command-failure.ts";
import { explainStoreFailure } from "../../../cmd/vmctl/connection/explain-store-failure.ts";
import { errorObject } from "../../../cmd/vmctl/error-object.ts";
import { EXIT } from "../../../cmd/vmctl/exit-code.ts";
import { explainFailure } from "../../../cmd/vmctl/explain-failure.ts";
import { Interrupted } from "../../../cmd/vmctl/interrupted.ts";
import { ObjectError } from "../../../store/objects/object-error.ts";
import { StoreError } from "../../../store/store-error.ts";
import { runWords } from "./run-words.ts";

describe("an error as JSON", () => {
  it.each([
    [new UsageError("which?"), "Usage", 2],
    [new ObjectError("NotFound", "no such"), "NotFound", 1],
    [new CommandFailure(EXIT.timedOut, "too late"), "TimedOut", 4],
    [new CommandFailure(EXIT.conflict, "changed"), "Conflict", 3],
    [new CommandFailure(EXIT.failed, "not all"), "Failed", 1],
    [new CommandFailure(EXIT.failed, "gone", { reason: "NotFound" }), "NotFound", 1],
    [explainStoreFailure(new StoreError("Unavailable", "etcd: get"), ["etcd:2379"]), "Unavailable", 1],
    [new Interrupted(), "Interrupted", 130],
    [new TypeError("of undefined"), "Unexpected", 1],
  ])("%s has the reason %s and status %i", (error, reason, exitCode) => {
    const object = errorObject(error, explainFailure(error));
    expect(object.error).toMatchObject({ reason, exitCode, message: expect.stringMatching(/\w/) });
  });

  it("carries what is wrong with manifests, place by place", () => {
    const place = { file: "web.yaml", line: 7, column: 5 };
    const path = ["spec", "interfaces", 0, "mac"];
    const failure = invalidManifests([{ place, path, message: "must be a string", suggestion: "x" }]);
    expect(errorObject(failure, explainFailure(failure)).error).toEqual({
      reason: "Invalid",
      exitCode: 1,
      message: "1 problem: nothing was changed",
      details: {
        problems: [{ ...place, field: "spec.interfaces[0].mac", message: "must be a string", suggestion: "x" }],
      },
    });
    expect(explainFailure(failure).before).toEqual([
      'web.yaml:7:5 spec.interfaces[0].mac must be a string (did you mean "x"?)',
    ]);
  });

  it.each([
    ["get vm -o json --nonsense", true],
    ["get vm --output=json --nonsense", true],
    ["-o json nonsense", true],
    ["nonsense -ojson", true],
    ["get vm -o yaml --nonsense", false],
    ["get vm --nonsense -- -o json", false],
  ])("%s: one object on standard error is %s", async (words, isJson) => {
    const { status, out, err } = await runWords(...words.split(" "));
    expect({ status, out }).toEqual({ status: 2, out: "" });
    if (!isJson) return expect(err).toMatch(/^vmctl: /);
    const { error } = JSON.parse(err) as { error: { reason: string; exitCode: number; message: string } };
    expect(error).toEqual({ reason: "Usage", exitCode: 2, message: expect.stringMatching(/\w/) });
    expect(err.endsWith("}\n")).toBe(true);
  });

  it("says nothing of help, which is no error", async () => {
    expect(await runWords("get", "--help", "-o", "json")).toMatchObject({ status: 0, err: "" });
  });
});
