import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runHere } from "../cmd/run-here.ts";
import type { E2eCluster } from "./e2e-cluster.ts";
import { E2E_ROOT, E2E_USERS } from "./e2e-etcd.ts";
import { cleanEnvironment, type ProgramResult, runToEnd } from "./e2e-program.ts";
import { plainWords } from "./plain-words.ts";

/** A shell of somebody with the role `user`, in an empty folder, whose path has `vmctl`. */
export class E2eShell {
  readonly #home: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(home: string, environment: NodeJS.ProcessEnv) {
    this.#home = home;
    this.#environment = environment;
  }

  static async of(cluster: E2eCluster): Promise<E2eShell> {
    const [home, bin] = [join(cluster.dir, "home"), join(cluster.dir, "bin")];
    for (const dir of [home, bin]) await mkdir(dir);
    await writeFile(join(bin, "vmctl"), `#!/bin/sh\nexec ${process.execPath} --no-deprecation ${cluster.main} "$@"\n`);
    await chmod(join(bin, "vmctl"), 0o755);
    const { ca, cert, key } = cluster.etcd.certificates?.files(E2E_USERS.user) ?? {};
    const { PATH = "", ...rest } = cleanEnvironment();
    const certificates = { VMCTL_CACERT: ca, VMCTL_CERT: cert, VMCTL_KEY: key };
    const place = { VMCTL_ENDPOINTS: cluster.etcd.endpoint, VMCTL_ROOT: E2E_ROOT, HOME: home };
    return new E2eShell(home, { ...rest, ...place, ...certificates, PATH: `${bin}:${PATH}` });
  }

  /** Typed into a shell, whatever it is. */
  type(line: string): Promise<ProgramResult> {
    return runToEnd(["sh", "-c", `cd "$HOME" && ${line}`], { environment: this.#environment });
  }

  /** The same; a `vmctl` of plain words needs neither the shell nor a process and has none. */
  async run(line: string): Promise<ProgramResult> {
    const [program, ...words] = plainWords(line) ?? [];
    if (program !== "vmctl") return this.type(line);
    const { status, out, err } = await runHere(words, this.#environment, { cwd: this.#home });
    return { code: status, stdout: out, stderr: err };
  }
}
