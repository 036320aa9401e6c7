import { runHere } from "../cmd/run-here.ts";
import { connectionFlags, E2E_USERS } from "./e2e-etcd.ts";
import { textOf } from "./e2e-foreign.ts";
import { cleanEnvironment, type ProgramResult, runToEnd } from "./e2e-program.ts";
import type { EtcdServer } from "./etcd.ts";

export interface VmctlInput {
  readonly stdin?: string;
  /** Whose certificate is shown; default the one of somebody with the role `user`. */
  readonly user?: string;
}
type Runner = (words: readonly string[], input: { readonly stdin?: string }) => Promise<ProgramResult>;

/** The command line of a cluster's users, one way or the other. */
export class E2eVmctl {
  readonly #etcd: EtcdServer;
  readonly #runner: Runner;

  private constructor(etcd: EtcdServer, runner: Runner) {
    this.#etcd = etcd;
    this.#runner = runner;
  }

  /** In this process, one at a time (run-here.ts): same code, same connection, a tenth of the processor time. */
  static here(etcd: EtcdServer): E2eVmctl {
    return new E2eVmctl(etcd, async (words, input) => {
      const { status, out, err } = await runHere(words, cleanEnvironment(), input);
      return { code: status, stdout: out, stderr: err };
    });
  }

  /** The built program, a process for each run. */
  static program(etcd: EtcdServer, main: string): E2eVmctl {
    return new E2eVmctl(etcd, (words, input) => runToEnd([process.execPath, main, ...words], input));
  }

  run({ user = E2E_USERS.user, ...input }: VmctlInput, ...words: string[]): Promise<ProgramResult> {
    return this.#runner([...words, ...connectionFlags(this.#etcd, user)], input);
  }

  /** Its output; fails unless the status is 0. */
  async ok(...words: string[]): Promise<string> {
    return textOf(`vmctl ${words.join(" ")}`, await this.run({}, ...words));
  }

  async apply(yaml: string): Promise<string> {
    return textOf("vmctl apply", await this.run({ stdin: yaml }, "apply", "-f", "-"));
  }
}
