import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../../runtime/errors.ts";
import { UsageError } from "./usage-error.ts";

/** How to reach one control plane. `ca`, `cert` and `key` are paths of PEM files, relative ones to the file's folder. */
export interface Context {
  readonly name: string;
  readonly endpoints: readonly string[];
  readonly root?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly namespace?: string;
}
export interface Contexts {
  readonly current?: string;
  readonly contexts: readonly Context[];
}

export const noContexts: Contexts = { contexts: [] };

/** `VMCTL_CONFIG`, else `.config/vmctl/config.yaml` under `home`. */
export function contextPath(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  return environment["VMCTL_CONFIG"] || join(home, ".config", "vmctl", "config.yaml");
}

/** No file: no contexts. UsageError for one that cannot be read or understood. */
export async function readContexts(path: string): Promise<Contexts> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return noContexts;
    throw new UsageError(`cannot read the context file: ${messageOf(error)}`, { cause: error });
  }
  // yaml costs 20 ms to load: whoever has no file shall not pay.
  const { parseContexts } = await import("./parse-contexts.ts");
  return parseContexts(path, text);
}

export interface WriteOptions {
  /** Whom file and new folders shall belong to when written by sudo. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Replaces the file at once (a reader sees the old or the new one), mode 0600. */
export async function writeContexts(path: string, contexts: Contexts, options: WriteOptions = {}): Promise<void> {
  const { formatYaml } = await import("./yaml-text.ts");
  const { current } = contexts;
  const text = formatYaml({
    ...(current !== undefined && { "current-context": current }),
    contexts: contexts.contexts,
  });
  const folder = dirname(path);
  const firstNew = await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    if (options.owner) await chown(temporary, options.owner.uid, options.owner.gid);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (options.owner && firstNew !== undefined) await chownFolders(firstNew, folder, options.owner);
}

/** The list with one context added or replaced by name, and made current. */
export function withContext(contexts: Contexts, context: Context): Contexts {
  const others = contexts.contexts.filter(({ name }) => name !== context.name);
  return { current: context.name, contexts: [...others, context] };
}

/** The list without one; nothing is current if that one was. */
export function withoutContext(contexts: Contexts, name: string): Contexts {
  const { current } = contexts;
  const others = contexts.contexts.filter((context) => context.name !== name);
  return { contexts: others, ...(current !== undefined && current !== name && { current }) };
}

async function chownFolders(top: string, folder: string, owner: { uid: number; gid: number }): Promise<void> {
  for (let path = folder; path.length >= top.length; path = dirname(path)) await chown(path, owner.uid, owner.gid);
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";
