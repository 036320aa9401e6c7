import { execFile } from "node:child_process";
import { chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

const run = promisify(execFile);
/** `nobody` of Debian: neither server starts as root. */
const NOBODY = 65534;

/** A database server of a test's own, with an empty database for Placement. */
export interface PlacementDatabase {
  /** As SQLAlchemy writes it. */
  readonly connection: string;
  stop(): Promise<void>;
}

/** Debian's PostgreSQL: 15 on bookworm, 17 on trixie. Needs `postgresql` installed, not running. */
export async function startPostgresql(): Promise<PlacementDatabase> {
  const { stdout } = await run("sh", ["-c", "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1"]);
  const programs = stdout.trim();
  return startDatabase(async (folder, port) => {
    const data = join(folder, "data");
    const [make, ...words] = asNobody(join(programs, "initdb"));
    await run(make, [...words, "-D", data, "-A", "trust", "-U", "placement", "--no-sync", "-E", "UTF8", "--locale=C"]);
    const where = ["-h", folder, "-p", String(port), "-U", "placement"];
    return {
      command: [join(programs, "postgres"), "-D", data, "-p", String(port), "-h", "", "-k", folder, "-F"],
      isUp: async () => {
        await run(join(programs, "createdb"), [...where, "placement"]);
        return true;
      },
      connection: `postgresql+psycopg2://placement@/placement?host=${folder}&port=${port}`,
    };
  });
}

/** Debian's MariaDB: 10.11 on bookworm, 11.8 on trixie. Needs `mariadb-server-core`. */
export async function startMariadb(): Promise<PlacementDatabase> {
  return startDatabase(async (folder, port) => {
    const data = join(folder, "data");
    const socket = join(folder, "s");
    const first = join(folder, "first.sql");
    await writeFile(first, "CREATE DATABASE IF NOT EXISTS placement;\n");
    const [make, ...words] = asNobody("mariadb-install-db");
    const plain = ["--auth-root-authentication-method=normal", "--skip-test-db"];
    await run(make, [...words, "--no-defaults", `--datadir=${data}`, ...plain]);
    return {
      command: [
        "/usr/sbin/mariadbd",
        ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--init-file=${first}`],
        ...[`--port=${port}`, "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0"],
      ],
      isUp: () => answers(port),
      connection: `mysql+pymysql://root@/placement?unix_socket=${socket}&charset=utf8`,
    };
  });
}

interface Prepared {
  readonly command: readonly [string, ...string[]];
  readonly isUp: () => Promise<boolean>;
  readonly connection: string;
}

async function startDatabase(prepare: (folder: string, port: number) => Promise<Prepared>): Promise<PlacementDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "vmctl-db-"));
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  try {
    await mkdir(join(folder, "data"));
    if (isRoot()) for (const path of [folder, join(folder, "data")]) await chown(path, NOBODY, NOBODY);
    const { command, isUp, connection } = await prepare(folder, await freePort());
    const [program, ...words] = asNobody(...command);
    const server = new ServerProcess({ program, words }, isUp);
    await server.launch();
    return { connection, stop: () => server.kill().then(clear) };
  } catch (error) {
    await clear();
    throw error;
  }
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** setpriv becomes what it runs: signals reach the server. */
const asNobody = (program: string, ...words: string[]): [string, ...string[]] =>
  isRoot()
    ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", program, ...words]
    : [program, ...words];

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("data", () => socket.destroy());
  });
}
