import { spawn } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPrograms } from "./e2e-bundle.ts";
import type { ProgramResult } from "./e2e-program.ts";

const NOBODY = 65_534;
const root = fileURLToPath(new URL("../..", import.meta.url));
const isRoot = process.getuid?.() === 0;

/** Somebody who is not root and has nothing but a home, with `vmctl` installed and the folder manifests/ in it. */
export class SimulatedHome {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<SimulatedHome> {
    // A run of all suites has a temporary folder of its own, which only its user may look into.
    const folder = await mkdtemp("/var/tmp/vmctl-simulated-");
    const dist = join(folder, "dist");
    const main = await buildPrograms(dist);
    if (dirname(main) !== dist) await cp(dirname(main), dist, { recursive: true });
    // The folder of an installation, readable for anybody.
    await cp(join(root, "hack", "certs"), join(dist, "hack", "certs"));
    const home = new SimulatedHome(folder);
    for (const name of [home.path, join(folder, "bin")]) await mkdir(name);
    await writeFile(join(folder, "bin", "vmctl"), `#!/bin/sh\nexec ${process.execPath} ${dist}/main.js "$@"\n`);
    await chmod(join(folder, "bin", "vmctl"), 0o755);
    await cp(join(root, "manifests"), join(home.path, "manifests"), { recursive: true });
    await chmod(folder, 0o755);
    if (isRoot) await chown(home.path, NOBODY, NOBODY);
    return home;
  }

  get path(): string {
    return join(this.folder, "home");
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.path, name), text);
  }

  vmctl(...words: readonly string[]): Promise<ProgramResult> {
    return this.#run([process.execPath, join(this.folder, "dist", "main.js"), ...words]);
  }

  /** Its output; fails unless the status is 0. */
  async must(...words: readonly string[]): Promise<string> {
    return outputOf(`vmctl ${words.join(" ")}`, await this.vmctl(...words));
  }

  /** What the commands of a script say, up to the first that fails; that is a failure. */
  async script(text: string): Promise<string> {
    return outputOf(text, await this.#run(["bash", "-ec", text]));
  }

  async remove(): Promise<void> {
    await this.vmctl("down", "--purge", "--yes");
    await rm(this.folder, { recursive: true, force: true });
  }

  #run([program = "", ...words]: readonly string[]): Promise<ProgramResult> {
    const child = spawn(program, words, {
      cwd: this.path,
      env: { HOME: this.path, PATH: `${join(this.folder, "bin")}:${process.env["PATH"]}` },
      stdio: ["ignore", "pipe", "pipe"],
      ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    });
    const result = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
    return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, ...result })));
  }
}

function outputOf(what: string, { code, stdout, stderr }: ProgramResult): string {
  if (code !== 0) throw new Error(`${what}: ${code}\n${stdout}${stderr}`);
  return stdout;
}
