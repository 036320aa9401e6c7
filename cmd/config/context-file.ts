import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
  const text = await readContextText(path);
  if (text === undefined) return noContexts;
  // yaml costs 20 ms to load: whoever has no file shall not pay.
  const { parseContexts } = await import("./parse-contexts.ts");
  return parseContexts(path, text);
}

/** The file as it stands, `undefined` when there is none. UsageError for one that cannot be read. */
export async function readContextText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new UsageError(`cannot read the context file: ${messageOf(error)}`, { cause: error });
  }
}

/** The list with one context added or replaced by name, and made current. */
export function withContext(contexts: Contexts, context: Context): Contexts {
  const at = contexts.contexts.findIndex(({ name }) => name === context.name);
  const list = at < 0 ? [...contexts.contexts, context] : contexts.contexts.with(at, context);
  return { current: context.name, contexts: list };
}

/** The list without one; nothing is current if that one was. */
export function withoutContext(contexts: Contexts, name: string): Contexts {
  const { current } = contexts;
  const others = contexts.contexts.filter((context) => context.name !== name);
  return { contexts: others, ...(current !== undefined && current !== name && { current }) };
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";
