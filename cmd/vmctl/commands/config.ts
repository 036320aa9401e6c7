import { homedir } from "node:os";
import { type Contexts, contextPath, readContexts, writeContexts } from "../../config/context-file.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { NONE, printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";

export async function printContexts(): Promise<void> {
  const { path, contexts, current } = await load();
  if (contexts.length === 0) throw new CommandFailure(EXIT.failed, `no contexts in ${path}: \`vmctl up\` writes one`);
  const rows = contexts.map(({ name, endpoints, root = NONE, namespace = NONE }) =>
    [name === current ? "*" : "", name, endpoints.join(","), root, namespace].map(printable),
  );
  const headings = ["CURRENT", "NAME", "ENDPOINTS", "ROOT", "NAMESPACE"];
  process.stdout.write(`${new Table().lines([headings, ...rows]).join("\n")}\n`);
}

export async function printCurrent(): Promise<void> {
  const { path, current } = await load();
  if (current === undefined) throw new CommandFailure(EXIT.failed, `no current context in ${path}`);
  process.stdout.write(`${printable(current)}\n`);
}

export async function useContext(name: string): Promise<void> {
  const { path, contexts } = await load();
  const names = contexts.map((context) => context.name);
  if (!names.includes(name)) {
    throw new CommandFailure(EXIT.failed, `no context "${name}" in ${path}${didYouMean(name, names)}`);
  }
  await writeContexts(path, { contexts, current: name });
  process.stdout.write(`context ${printable(name)} is current\n`);
}

async function load(): Promise<Contexts & { readonly path: string }> {
  const path = contextPath(process.env, homedir());
  return { path, ...(await readContexts(path)) };
}
