import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { HostFact } from "../../../resources/observed.ts";

const ProbeResult = Type.Object({
  /** The result holds for this boot of the host and this emulator only. */
  bootId: Type.String(),
  emulator: Type.String(),
  version: Type.String(),
  kernel: Type.String(),
  fact: HostFact,
});
export type ProbeResult = Static<typeof ProbeResult>;

const pathIn = (stateDir: string): string => join(stateDir, "kvm-probe.json");

/**
 * The proof found earlier for the same circumstances. What is not ok (older versions kept it) proves nothing: look again.
 */
export async function readProbeResult(stateDir: string, now: Omit<ProbeResult, "fact">): Promise<HostFact | undefined> {
  const text = await readFile(pathIn(stateDir), "utf8").catch(() => "null");
  const value = parsed(text);
  if (!Check(ProbeResult, value)) return undefined;
  const same = (["bootId", "emulator", "version", "kernel"] as const).every((key) => value[key] === now[key]);
  return same && value.fact.ok ? value.fact : undefined;
}

export async function writeProbeResult(stateDir: string, result: ProbeResult): Promise<void> {
  const path = pathIn(stateDir);
  await writeFile(`${path}.new`, `${JSON.stringify(result, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
