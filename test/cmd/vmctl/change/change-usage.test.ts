import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eachObject } from "../../../../cmd/vmctl/change/each-object.ts";
import { CommandFailure } from "../../../../cmd/vmctl/command-failure.ts";
import { CodedError } from "../../../../runtime/errors.ts";
import { ObjectError } from "../../../../store/objects/object-error.ts";
import { runWords } from "../run-words.ts";

// Nothing listens there: whatever is refused is refused before anybody is asked.
beforeAll(() => {
  vi.stubEnv("VMCTL_ENDPOINTS", "127.0.0.1:1");
  vi.stubEnv("HOME", "/nonexistent");
});
afterAll(() => vi.unstubAllEnvs());

describe("usage: status 2, one line", () => {
  const CASES: readonly (readonly [string[], string])[] = [
    [["create"], "which manifests? vmctl create -f FILE"],
    [["create", "instance", "team"], "create takes manifests: vmctl create -f FILE"],
    [["create", "-k", "base"], "kubectl kustomize base | vmctl create -f -"],
    [["create", "-f", "x", "-o", "wide"], "-o wide: one of json, yaml, name expected"],
    [["create", "-f", "x", "--dry-run=all"], "--dry-run=all: client, cluster or server"],
    [["replace"], "which manifests? vmctl replace -f FILE"],
    [["replace", "--force", "-f", "x"], "vmctl recreate instance/NAME"],
    [["patch", "vm", "a"], "which patch? One of -p PATCH and --patch-file FILE"],
    [["patch", "vm", "a", "-p", "{}", "--patch-file", "x"], "which patch?"],
    [["patch", "vm", "-p", "{}"], "which instance? Give a name"],
    [["patch", "-p", "{}"], "which kind?"],
    [["patch", "vm", "a", "-f", "x", "-p", "{}"], "give names or -f, not both"],
    [["patch", "vm", "a", "-p", "{}", "--type=strategic"], "--type=strategic is Kubernetes' own: there is merge"],
    [["patch", "vm", "a", "-p", "{}", "--type=jsn"], 'did you mean "json"?'],
    [["edit", "vm"], "which instance? Give a name"],
    [["edit", "web-1"], "an object goes with its kind: instance/web-1"],
    [["label", "vm", "a"], "which labels? key=value sets one, key- removes it"],
    [["label", "vm", "a", "x=1", "--list"], "--list prints, it changes nothing"],
    [["label", "vm", "x=1"], "label which? Give names, -l LABELS or --all"],
    [["label", "vm", "a", "b=1", "-l", "c=d"], "give names, or -l, or --all"],
    [["label", "vm", "--all", "b=1", "-l", "c=d"], "give one of -f, -l and --all"],
    [["label", "vm", "a", "b", "c=1", "--resource-version=4"], "--resource-version is for one object"],
    [["label", "cluster", "--all", "c=1"], '"cluster" is for looking'],
    [["label", "vm", "a", "b=c d"], "labels.b must be a label value"],
    [["annotate", "vm", "a", "compute.vmctl/recreate=1"], "use vmctl recreate"],
  ];
  it.each(CASES)("%j", async (words, message) => {
    const { status, out, err } = await runWords(...words);
    expect({ status, out, err }).toEqual({ status: 2, out: "", err: expect.stringContaining(message) });
    expect(err.trimEnd()).not.toContain("\n");
  });
});

describe("a patch that is none: status 1, nobody is asked", () => {
  it.each([
    [["-p", "[]"], "a merge patch is an object"],
    [["-p", "{"], "patch:1:2"],
    [["-p", "{}", "--type=json"], "must be a list of operations"],
    [["--patch-file", "/nonexistent.yaml"], "cannot read /nonexistent.yaml"],
  ])("%j", async (words, message) => {
    const { status, err } = await runWords("patch", "vm", "a", ...words);
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining(message) });
  });
});

describe("several objects", () => {
  const { signal } = new AbortController();
  const conflict = new CodedError("Conflict", "too late");
  const invalid = new ObjectError("Invalid", "a is wrong");

  it("stand each for itself", async () => {
    const done: number[] = [];
    const work = async (item: number) => {
      if (item === 2) throw invalid;
      done.push(item);
    };
    await expect(eachObject([1, 2, 3], signal, work)).rejects.toBe(invalid);
    expect(done).toEqual([1, 3]);
  });

  it("are a conflict when that is all that went wrong", async () => {
    const failing = (errors: readonly Error[]) =>
      eachObject(errors, signal, (error) => Promise.reject(error)).catch((error: unknown) => error);
    expect(await failing([conflict, conflict])).toMatchObject({ exitCode: 3, message: "2 of 2 failed" });
    const both = await failing([conflict, invalid]);
    expect(both).toBeInstanceOf(CommandFailure);
    expect(both).toMatchObject({ exitCode: 1, lines: ["too late", "a is wrong"] });
  });

  it("end at once when it is not about one of them, or at Ctrl-C", async () => {
    const done: number[] = [];
    const work = async (item: number) => {
      done.push(item);
      if (item === 2) throw new Error("etcd is gone");
    };
    await expect(eachObject([1, 2, 3], signal, work)).rejects.toThrow("etcd is gone");
    await expect(eachObject([4], AbortSignal.abort(new Error("Ctrl-C")), work)).rejects.toThrow("Ctrl-C");
    expect(done).toEqual([1, 2]);
  });
});
