import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import { runTool } from "./run-tool.ts";

const NEEDED = { etcd: ["--version"], etcdctl: ["version"], openssl: ["version"] } as const;
const FOR_DISKS = { "qemu-img": ["--version"] } as const;
const OLDEST_ETCD = [3, 4] as const;
const HELP = "hack/install-deps --for run installs what is missing on Debian and Ubuntu";

/** What `up` calls is installed and new enough; CommandFailure names everything that is not, at once. */
export async function checkTools(isSimulated: boolean): Promise<void> {
  const answers = await Promise.all(
    Object.entries({ ...NEEDED, ...(isSimulated ? {} : FOR_DISKS) }).map(async ([tool, words]) => ({
      tool,
      answer: await runTool(tool, words).catch(() => undefined),
    })),
  );
  const missing = answers.filter(({ answer }) => answer === undefined).map(({ tool }) => tool);
  if (missing.length > 0) throw new CommandFailure(EXIT.failed, `not installed: ${missing.join(", ")}; ${HELP}`);
  const version = etcdVersion(answers.find(({ tool }) => tool === "etcd")?.answer ?? "");
  if (version && !isAtLeast(version, OLDEST_ETCD)) {
    throw new CommandFailure(
      EXIT.failed,
      `etcd ${version.join(".")} is too old: ${OLDEST_ETCD.join(".")} or newer; ${HELP}`,
    );
  }
}

/** From what `etcd --version` prints. */
export function etcdVersion(text: string): readonly number[] | undefined {
  const found = /etcd Version: (\d+)\.(\d+)\.(\d+)/.exec(text);
  return found?.slice(1).map(Number);
}

const isAtLeast = ([major = 0, minor = 0]: readonly number[], [wantedMajor, wantedMinor]: readonly [number, number]) =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
