import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../../cmd/vmctl/command-table.ts";
import { ARGUMENT_VALUES } from "../../../cmd/vmctl/complete/argument-values.ts";
import { formatCompletion } from "../../../cmd/vmctl/complete/candidate.ts";
import { complete } from "../../../cmd/vmctl/complete/complete.ts";
import { buildProgram } from "../../../cmd/vmctl/program.ts";
import { runWords } from "./run-words.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-complete-"));
  const contexts =
    "current-context: local\ncontexts: [{name: local, endpoints: [a]}, {name: lab, endpoints: [a, b]}]\n";
  await writeFile(join(folder, "config.yaml"), contexts);
  vi.stubEnv("VMCTL_CONFIG", join(folder, "config.yaml"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** `line` as typed after `vmctl `, the cursor at its end; the values, or the directive. */
async function values(line: string): Promise<readonly string[] | string> {
  const completion = await complete(line.split(" "), new AbortController().signal);
  return typeof completion === "string" ? completion : completion.map(({ value }) => value);
}

describe("completion", () => {
  const CASES: readonly (readonly [string, readonly string[] | string])[] = [
    ["recr", ["recreate"]],
    ["he", ["help"]],
    ["--v", ["--version"]],
    ["help recr", ["recreate"]],
    ["nonsense ", []],
    ["get instances,hyp", ["instances,hypervisors", "instances,hypervisor"]],
    ["get inst", ["instances", "instance", "inst"].filter((word) => word.startsWith("inst"))],
    ["get instances --all-n", ["--all-namespaces"]],
    ["get instances -A --all-n", []],
    ["get instances -o js", ["json", "jsonpath=", "jsonpath-file="]],
    ["get instances -o w", ["wide"]],
    ["get instances --output=y", ["--output=yaml"]],
    ["get instances --output=jsonpath", ["--output=jsonpath=", "--output=jsonpath-file="]],
    ["-n team get instances -o na", ["name"]],
    ["stop hyp", []],
    ["apply -f ", "files"],
    ["apply --filename=x", "files"],
    ["apply -k ", "folders"],
    ["apply --dry-run c", ["client", "cluster"]],
    ["apply --dry-run --fail", ["--fail-on-held"]],
    ["get vm --cacert ", "files"],
    ["controller --log-level w", ["warn"]],
    ["wait --for con", ["condition="]],
    ["wait --for=del", ["--for=delete"]],
    ["config use", ["use-context"]],
    ["config use-context l", ["local", "lab"]],
    ["config set-context --current --na", ["--namespace"]],
    ["config rename-context local l", []],
    ["get vm --context la", ["lab"]],
    ["completion z", ["zsh"]],
    ["auth check --role c", ["controller"]],
    ["auth can-i desc", ["describe"]],
    ["auth can-i get im", ["images"]],
    ["events --types W", ["Warning"]],
    ["explain im", ["image."]],
    ["explain instance.spec.res", ["instance.spec.resources."]],
    ["explain instance.spec.resources.m", ["instance.spec.resources.memory"]],
    ["explain nothing.sp", []],
    ["run ", []],
  ];
  it.each(CASES)("vmctl %s", async (line, want) => {
    const found = await values(line);
    if (typeof want === "string") expect(found).toBe(want);
    else expect([...found].sort()).toEqual(expect.arrayContaining([...want]));
    if (want.length === 0) expect(found).toEqual([]);
  });

  it("offers every command with its summary, and none that is not for people", async () => {
    const found = await complete([""], new AbortController().signal);
    const lines = formatCompletion(found).split("\n").filter(Boolean);
    expect(lines).toEqual([
      ...COMMANDS.map(({ name, summary }) => `${name}\t${summary}`),
      "help\tshow the help of a command",
    ]);
  });

  it("offers no value that could not be typed as a word, and keeps descriptions to a line", () => {
    const hostile = ["a b", "$(reboot)", "`x`", "a;b", "a\u001b[2J", ":files", "a'b", ""].map((value) => ({ value }));
    expect(formatCompletion(hostile)).toBe("");
    expect(formatCompletion([{ value: "a", description: "b\n\u001b[2Jc" }])).toBe("a\tb  [2Jc\n");
    expect(formatCompletion("files")).toBe(":files\n");
  });
});

describe("every command", () => {
  it("has arguments of names that completion knows", async () => {
    const loaded = await Promise.all(COMMANDS.map(({ name }) => buildProgram([name], "0")));
    const unknown = loaded.flatMap(({ commands }) =>
      allCommands(commands).flatMap(({ path, command }) =>
        command.registeredArguments
          .filter((argument) => !Object.hasOwn(ARGUMENT_VALUES, argument.name()))
          .map((argument) => `${path}: ${argument.name()}`),
      ),
    );
    expect(unknown).toEqual([]);
  });
});

function allCommands(commands: readonly Command[], above = ""): { path: string; command: Command }[] {
  return commands.flatMap((command) => {
    const path = `${above} ${command.name()}`.trim();
    return [{ path, command }, ...allCommands(command.commands, path)];
  });
}

describe("vmctl __complete", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ["nothing listens", { VMCTL_ENDPOINTS: "127.0.0.1:1" }],
    ["there is no control plane", { VMCTL_CONFIG: "/nonexistent" }],
    ["the context file is broken", { VMCTL_CONFIG: "/dev/null/x" }],
    ["a flag is wrong", { VMCTL_REQUEST_TIMEOUT: "never" }],
    ["nobody answers", { VMCTL_ENDPOINTS: "https://192.0.2.1:2379" }],
  ])("is silent when %s, and quick", async (_, environment) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const began = performance.now();
    expect(await runWords("__complete", "get", "instances", "w")).toEqual({ status: 0, out: "", err: "" });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("understands words as they were typed", async () => {
    expect((await runWords("__complete", "'ge")).out).toMatch(/^get\t/);
    expect((await runWords("__complete")).out).toContain("apply\t");
  });
});
