import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specKey } from "../../resources/keys.ts";
import { buildPrograms } from "../support/e2e-bundle.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { Terminal } from "../support/terminal.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const SHELLS = ["bash", "zsh", "fish"] as const;
const HELP_SAYS = "<(vmctl completion bash)";
let folder: string;
let server: EtcdServer;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-bash-"));
  const programs = dirname(await buildPrograms(join(folder, "programs")));
  await cp(programs, join(folder, "dist"), { recursive: true });
  await cp(join(root, "bin"), join(folder, "bin"), { recursive: true });
  await cp(join(root, "package.json"), join(folder, "package.json"));
  server = await EtcdServer.start();
  const store = await server.store({ root: "/bash/" });
  const keys = ["web-1", "web-2", "db-1"].map((name) => specKey(`ns/default/instances/${name}`));
  await store.commit({ compares: [], writes: keys.map((key) => ({ op: "put", key, value: "{}" })) });
  await mkdir(join(folder, "work/manifests"), { recursive: true });
  await writeFile(join(folder, "work/manifest.yaml"), "");
  const path = `${join(folder, "bin")}:${process.env["PATH"]}`;
  const { endpoint } = server;
  environment = { PATH: path, HOME: folder, VMCTL_ENDPOINTS: endpoint, VMCTL_ROOT: "/bash/", TERM: "xterm" };
  for (const shell of SHELLS) {
    const { stdout } = await run(join(folder, "bin/vmctl"), ["completion", shell], { env: environment });
    await writeFile(script(shell), stdout);
  }
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const script = (shell: string): string => join(folder, `completion.${shell}`);

/**
 * A bash on a terminal of its own: what Tab makes of the line. A widget of readline writes the line down, so that
 * nothing has to be read off a screen.
 */
async function tab(line: string, source = script("bash")): Promise<string> {
  const file = join(folder, "line");
  const rc = [
    `source ${source}`,
    `cd ${join(folder, "work")}`,
    `save() { printf '%s' "$READLINE_LINE" > ${file}; exit; }`,
    "bind -x '\"\\C-g\": save'",
    "bind 'set completion-query-items 0'; bind 'set bell-style none'",
    "PS1='ready> '",
  ];
  await writeFile(join(folder, "rc"), `${rc.join("\n")}\n`);
  await rm(file, { force: true });
  const bash = new Terminal(`bash --noprofile --rcfile ${join(folder, "rc")} -i`, environment);
  await bash.showing("ready> ");
  bash.type(`${line}\t\u0007`);
  await bash.end();
  return readFile(file, "utf8");
}

describe("bash, with the script sourced", () => {
  it("as the help says", async () => {
    await eventually(async () => expect(await tab("vmctl recre", HELP_SAYS)).toBe("vmctl recreate "), {
      deadlineMs: 30_000,
    });
  });

  it.each([
    ["vmctl get hyperv", "vmctl get hypervisor"],
    ["vmctl get instances d", "vmctl get instances db-1 "],
    ["vmctl get instances we", "vmctl get instances web-"],
    ["vmctl stop instance/d", "vmctl stop instance/db-1 "],
    ["vmctl get instances --output=w", "vmctl get instances --output=wide "],
    ["vmctl get instances -o custom", "vmctl get instances -o custom-columns"],
    ["vmctl get instances -o jsonpath-", "vmctl get instances -o jsonpath-file="],
    ["vmctl wait --for=cond", "vmctl wait --for=condition="],
    ["vmctl wait --for=condition=Ready instance/d", "vmctl wait --for=condition=Ready instance/db-1 "],
    ["vmctl auth check --role node", "vmctl auth check --role node:"],
    ["vmctl explain instance.spec.runS", "vmctl explain instance.spec.runStrategy "],
    ["vmctl apply -f manifest.", "vmctl apply -f manifest.yaml "],
    ["vmctl apply -k man", "vmctl apply -k manifests/"],
    ["vmctl get instances nosuch", "vmctl get instances nosuch"],
    ["echo a; vmctl config use-c", "echo a; vmctl config use-context "],
    [`VMCTL_ROOT=/none/ vmctl get instances d`, "VMCTL_ROOT=/none/ vmctl get instances db-1 "],
  ])("makes of %s", async (line, want) => {
    // Names that take etcd longer than half a second are left out, by design: whoever presses Tab does not wait.
    await eventually(async () => expect(await tab(line)).toBe(want), { deadlineMs: 30_000 });
  });
});

describe("the scripts", () => {
  it("are valid for bash, and call __complete with every word", async () => {
    for (const shell of SHELLS) expect(await readFile(script(shell), "utf8")).toContain(" __complete ");
    await run("bash", ["-n", script("bash")]);
    const sourced = `set +o posix; source ${script("bash")}; complete -p vmctl`;
    const { stdout } = await run("bash", ["--posix", "-uec", sourced]);
    expect(stdout).toBe("complete -F _vmctl vmctl\n");
  });

  it.each(["zsh", "fish"])("%s: is understood by the shell, where there is one", async (shell) => {
    const check = await run(shell, ["-n", script(shell)]).catch((error: NodeJS.ErrnoException) => error);
    expect(check instanceof Error && check.code !== "ENOENT" ? check.message : "").toBe("");
  });
});
