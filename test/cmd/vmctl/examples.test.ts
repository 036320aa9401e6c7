import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../../cmd/vmctl/command-table.ts";
import { buildProgram } from "../../../cmd/vmctl/program.ts";
import { commandFirst, withoutBooleanValues, withVerbosityCounted } from "../../../cmd/vmctl/words.ts";
import { examplesOf, wordsOf } from "./example-words.ts";
import { runWords } from "./run-words.ts";

const names = COMMANDS.map(({ name }) => name);

/** `["config", "use-context"]` for every command and subcommand. */
const paths = (
  await Promise.all(names.map(async (name) => pathsBelow((await buildProgram([name], "0")).commands)))
).flat();

function pathsBelow(commands: readonly Command[], above: readonly string[] = []): string[][] {
  return commands.flatMap((command) => {
    const path = [...above, command.name()];
    return [path, ...pathsBelow(command.commands, path)];
  });
}

// Nothing listens there, and there is no context.
beforeAll(() => {
  vi.stubEnv("VMCTL_ENDPOINTS", "127.0.0.1:1");
  vi.stubEnv("VMCTL_REQUEST_TIMEOUT", "50ms");
  vi.stubEnv("VMCTL_CONFIG", "/nonexistent/config.yaml");
});
afterAll(() => vi.unstubAllEnvs());

describe("the help of every command", () => {
  it.each(paths.map((path) => [path.join(" "), path] as const))(
    "%s has examples, and they parse",
    async (name, path) => {
      const { status, out } = await runWords(...path, "--help");
      expect(status).toBe(0);
      const examples = examplesOf(out).flatMap(wordsOf);
      expect(examples.some((words) => words.join(" ").includes(name))).toBe(true);
      for (const words of examples) await parse(words);
    },
  );

  it.each(paths.map((path) => [path.join(" "), path] as const))("%s: no example is a slip", async (_, path) => {
    const { out } = await runWords(...path, "--help");
    for (const words of examplesOf(out).flatMap(wordsOf).filter(isHarmless)) {
      const { status, err } = await runWords(...words);
      // Without etcd it fails, but not because of its words; with 2 where 1 is an answer.
      if (!err.includes("cannot reach etcd")) expect(status, `${words.join(" ")}: ${err}`).not.toBe(2);
    }
  });

  it("and of the program", async () => {
    const examples = examplesOf((await runWords("--help")).out).flatMap(wordsOf);
    expect(examples.length).toBeGreaterThan(3);
    for (const words of examples) await parse(words);
  });
});

/** Not those that would start something on this machine, read its files or need a terminal. */
const isHarmless = (words: readonly string[]): boolean =>
  !/^(up|down|controller|node|fleet|placement|doctor|config)$/.test(words[0] ?? "") &&
  !words.some((word) => /^(-f|-k|--live|--cert=.*|.*-file=.*)$/.test(word));

/** As the program would, up to the point where something is done. */
async function parse(given: readonly string[]): Promise<void> {
  const words = commandFirst(withVerbosityCounted(given), names);
  const program = await buildProgram(words, "0");
  let ran = 0;
  const count = () => {
    ran += 1;
  };
  const disarm = (command: Command) => {
    if (command.commands.length === 0) command.action(count);
    for (const below of command.commands) disarm(below);
  };
  for (const command of program.commands) disarm(command);
  const command = program.commands.find((one) => one.name() === words[0]);
  await program.parseAsync(command ? withoutBooleanValues(words, command) : words, { from: "user" });
  expect(ran, given.join(" ")).toBe(1);
}

describe("the words of an example", () => {
  it.each([
    ["  vmctl get vm -w                one line per change", [["get", "vm", "-w"]]],
    ["  generate | vmctl apply -f -", [["apply", "-f", "-"]]],
    [
      "  vmctl get vm a -o yaml > a.yaml; edit it; vmctl apply -f a.yaml",
      [
        ["get", "vm", "a", "-o", "yaml"],
        ["apply", "-f", "a.yaml"],
      ],
    ],
    ["  source <(vmctl completion bash)", [["completion", "bash"]]],
    ["  VMCTL_CONFIG=x vmctl config view", [["config", "view"]]],
    [`  vmctl wait --for=jsonpath='{.a b}'=c vm/a`, [["wait", "--for=jsonpath={.a b}=c", "vm/a"]]],
    [`  vmctl get vm -l 'a=b,c in (d,e)'`, [["get", "vm", "-l", "a=b,c in (d,e)"]]],
    ["  # a comment", []],
  ])("%s", (line, want) => {
    expect(wordsOf(line)).toEqual(want);
  });
});
