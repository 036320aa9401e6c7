import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CliResult } from "../../cmd/cli.ts";
import { type KubectlRow, kubectlRows } from "../../cmd/kubectl-rows.ts";
import { KubectlWorld } from "../../cmd/kubectl-world.ts";
import { wordsOf } from "../../cmd/vmctl/example-words.ts";
import { runObserved, runWords } from "../../cmd/vmctl/run-words.ts";
import { eventually } from "../../support/eventually.ts";

const rows = kubectlRows(readFileSync(new URL("../../../docs/kubectl.md", import.meta.url), "utf8"));
const INTERRUPTED = 130;

/** What `kubectl --help` lists, without its plugins' and alpha commands. */
const VERBS = [
  ...["create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale", "autoscale"],
  ...["certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint", "describe", "logs", "attach"],
  ...["exec", "port-forward", "proxy", "cp", "auth", "debug", "events", "diff", "apply", "patch", "replace", "wait"],
  ...["kustomize", "label", "annotate", "completion", "api-resources", "api-versions", "config", "plugin", "version"],
];

let world: KubectlWorld;
let interrupts = 0;
// Two seconds after a Ctrl-C a command ends its process, should it still be there; this one has more rows to run.
const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
beforeAll(async () => {
  world = await KubectlWorld.start();
});
afterAll(async () => {
  await world?.stop();
  await eventually(() => exit.mock.calls.length === interrupts);
  exit.mockRestore();
});

const run = (line: string): Promise<CliResult> => runWords(...(wordsOf(line)[0] ?? []));

/** Ctrl-C as soon as the phrase stands there. */
function runUntil(line: string, phrase: string): Promise<CliResult> {
  let isInterrupted = false;
  return runObserved(wordsOf(line)[0] ?? [], (out) => {
    if (isInterrupted || !out.includes(phrase)) return;
    isInterrupted = true;
    interrupts += 1;
    process.emit("SIGINT");
  });
}

/** Whole, or what of it is not in the other line. */
const newWords = (line: string, ours: string): string[] => [
  ours.replace("vmctl ", ""),
  ...ours.split(/[ /]/).filter((word) => !line.split(/[ /]/).includes(word)),
];

describe("docs/kubectl.md", () => {
  it("says each thing once", () => {
    const lines = rows.map(({ theirs }) => theirs);
    expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
  });

  const offered = rows.filter((row): row is KubectlRow & { ours: string } => row.ours !== undefined);
  it.each(offered.map((row) => [row.ours, row] as const))("%s", async (line, { prints, status }) => {
    const result = await world.row(() => (status === INTERRUPTED ? runUntil(line, prints) : run(line)));
    expect(result).toMatchObject({ status });
    expect(`${result.out}${result.err}`).toContain(prints);
  });

  const elsewhere = offered.filter(({ ours, theirs }) => ours !== theirs);
  it.each(elsewhere.map((row) => [row.theirs, row.ours] as const))(
    "%s is refused, and %s named",
    async (line, ours) => {
      const { status, err } = await world.bare(() => run(line));
      expect({ status, err }).toMatchObject({ status: 2 });
      expect(
        newWords(line, ours).some((word) => err.includes(word)),
        err,
      ).toBe(true);
    },
  );

  const refused = rows.filter(({ ours }) => ours === undefined);
  it.each(refused.map((row) => [row.theirs, row] as const))("%s is refused", async (line, { prints }) => {
    const { status, out, err } = await world.bare(() => run(line));
    expect({ status, out, err }).toMatchObject({ status: 2, out: "" });
    expect(err).toContain(prints);
    expect(err).not.toMatch(/^vmctl: unknown option|\n./);
  });

  it.each(VERBS)("tells of kubectl %s", (verb) => {
    expect(rows.some(({ theirs }) => theirs.split(" ").includes(verb))).toBe(true);
  });
});
