import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = fileURLToPath(new URL("./acting-controllers.ts", import.meta.url));

/** In one file: a process that has to translate it all would be seconds late. Beside the packages that it imports. */
async function bundle(): Promise<string> {
  const outfile = join(root, `node_modules/.acting-controllers-${process.pid}.mjs`);
  await build({ entryPoints: [source], outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
  return outfile;
}

/** Controllers in a process of their own that act without an election; see acting-controllers.ts. */
export class ActingProcess {
  readonly started: Promise<void>;
  /** It stands still, right before its first bind. */
  readonly binding: Promise<void>;
  readonly #child: ChildProcess;

  private constructor(program: string, words: readonly string[]) {
    this.#child = fork(program, words, { execArgv: [], stdio: "inherit" });
    this.started = this.#said("started");
    this.binding = this.#said("binding");
    process.once("exit", this.#killNow);
  }

  /** What starts them, and what removes the program again. */
  static async prepare() {
    const program = await bundle();
    const start = (endpoint: string, prefix: string, mode: "goes on" | "stops" = "goes on"): ActingProcess =>
      new ActingProcess(program, [endpoint, prefix, mode]);
    return { start, remove: () => rm(program) };
  }

  wake(): void {
    this.#child.kill("SIGCONT");
  }

  async end(): Promise<void> {
    process.removeListener("exit", this.#killNow);
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  #said(word: string): Promise<void> {
    return new Promise((resolve) => {
      this.#child.on("message", (message) => message === word && resolve());
    });
  }

  readonly #killNow = (): void => void this.#child.kill("SIGKILL");
}
