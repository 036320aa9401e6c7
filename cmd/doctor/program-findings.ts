import { etcdVersion } from "../up/check-tools.ts";
import { runTool } from "../up/run-tool.ts";
import { bad, type Finding, note, ok } from "./finding.ts";

/** What a host of guests needs installed; a machine that only runs commands does not. */
const PROGRAMS = {
  etcd: { words: ["--version"], why: "for `vmctl up`" },
  etcdctl: { words: ["version"], why: "for `vmctl up`" },
  openssl: { words: ["version"], why: "for `vmctl up`" },
  "qemu-img": { words: ["--version"], why: "for disks" },
  "qemu-system-x86_64": { words: ["--version"], why: "for guests" },
} as const;
const INSTALL = "hack/install-deps --for run";
const OLDEST_NODE = [20, 19] as const;

export async function programFindings(): Promise<readonly Finding[]> {
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([program, { words, why }]) => {
      const said = await runTool(program, words, { timeoutMs: 10_000 }).catch(() => undefined);
      return said === undefined
        ? note(program, `not installed; needed ${why}`, INSTALL)
        : ok(program, etcdVersion(said)?.join(".") ?? firstVersion(said));
    }),
  );
  return [nodeFinding(process.versions.node), ...found];
}

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return ok("node", version);
  return bad("node", version, `install Node.js ${OLDEST_NODE.join(".")} or newer: https://nodejs.org/en/download`);
}

const firstVersion = (text: string): string => /\d+(\.\d+)+/.exec(text)?.[0] ?? "installed";
