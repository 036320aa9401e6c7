import { homedir } from "node:os";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { type Context, type Contexts, contextPath, readContexts } from "../../config/context-file.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { NONE, printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import type { ViewFlags } from "./config-command.ts";

/** The context file of this user, read. UsageError for one that cannot be understood. */
export async function loadContexts(): Promise<Contexts & { readonly path: string }> {
  const path = contextPath(process.env, homedir());
  return { path, ...(await readContexts(path)) };
}

/** Nothing of this name: what may have been meant. */
export function noContext(name: string, { path, contexts }: Contexts & { readonly path: string }): CommandFailure {
  const known = contexts.map((context) => context.name);
  return new CommandFailure(EXIT.failed, `no context "${name}" in ${path}${didYouMean(name, known)}`, {
    reason: "NotFound",
  });
}

export async function printContexts(names: readonly string[], output: string | undefined): Promise<void> {
  if (output !== undefined && output !== "name") throw new UsageError(`-o ${output}: only name is offered here`);
  const loaded = await loadContexts();
  const { path, contexts, current } = loaded;
  if (contexts.length === 0) throw new CommandFailure(EXIT.failed, `no contexts in ${path}: \`vmctl up\` writes one`);
  const missing = names.find((name) => !contexts.some((context) => context.name === name));
  if (missing !== undefined) throw noContext(missing, loaded);
  const shown = contexts.filter(({ name }) => names.length === 0 || names.includes(name));
  if (output === "name") return print(shown.map(({ name }) => printable(name)));
  const rows = shown.map(({ name, endpoints, root = NONE, namespace = NONE }) =>
    [name === current ? "*" : "", name, endpoints.map(withoutUser).join(","), root, namespace].map(printable),
  );
  print(new Table().lines([["CURRENT", "NAME", "ENDPOINTS", "ROOT", "NAMESPACE"], ...rows]));
}

export async function printCurrent(): Promise<void> {
  const { path, current } = await loadContexts();
  if (current === undefined) throw new CommandFailure(EXIT.failed, `no current context in ${path}`);
  print([printable(current)]);
}

export async function printView({ output = "yaml", minify = false }: ViewFlags): Promise<void> {
  if (output !== "yaml" && output !== "json") throw new UsageError(`-o ${output}: one of yaml, json expected`);
  const { current, contexts, path } = await loadContexts();
  if (minify && current === undefined) throw new CommandFailure(EXIT.failed, `no current context in ${path}`);
  const shown = contexts.filter(({ name }) => !minify || name === current).map(withoutSecrets);
  const view = { ...(current !== undefined && { "current-context": current }), contexts: shown };
  if (output === "json") return print([JSON.stringify(view, undefined, 2)]);
  const { formatYaml } = await import("../../config/yaml-text.ts");
  process.stdout.write(formatYaml(view));
}

/** The file holds paths of keys and never keys; only somebody's URL could hold a password. */
const withoutSecrets = (context: Context): Context => ({ ...context, endpoints: context.endpoints.map(withoutUser) });

const withoutUser = (endpoint: string): string => endpoint.replace(/^([a-z]+:\/\/)?[^/@]*@/, "$1<not shown>@");

const print = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(""));
