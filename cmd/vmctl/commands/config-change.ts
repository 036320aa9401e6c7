import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { NAME_PATTERN } from "../../../resources/meta.ts";
import { messageOf } from "../../../runtime/errors.ts";
import { parseEndpoints } from "../../../store/etcd/endpoint-url.ts";
import { type Context, type Contexts, contextPath, withContext, withoutContext } from "../../config/context-file.ts";
import { updateContexts } from "../../config/update-contexts.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { printable } from "../output/cell.ts";
import { talkOf } from "../talk/talk-flags.ts";
import type { ContextFlags } from "./config-command.ts";
import { noContext } from "./config-look.ts";

export async function useContext(name: string, command: Command): Promise<void> {
  await change((contexts) => ({ ...contexts, current: required(contexts, name).name }));
  talkOf(command).say(`context ${printable(name)} is current`);
}

export async function renameContext(name: string, newName: string, command: Command): Promise<void> {
  checkName(newName);
  await change((contexts) => {
    const old = required(contexts, name);
    if (name === newName) return contexts;
    if (contexts.contexts.some((context) => context.name === newName))
      throw new CommandFailure(EXIT.failed, `there is a context "${newName}" already`);
    const list = contexts.contexts.map((context) => (context === old ? { ...old, name: newName } : context));
    return { ...contexts, contexts: list, ...(contexts.current === name && { current: newName }) };
  });
  talkOf(command).say(`context ${printable(name)} renamed to ${printable(newName)}`);
}

export async function deleteContexts(names: readonly string[], command: Command): Promise<void> {
  await change((contexts) => {
    for (const name of names) required(contexts, name);
    return names.reduce(withoutContext, contexts);
  });
  for (const name of names) talkOf(command).say(`context ${printable(name)} deleted`);
}

export async function setContext(name: string | undefined, flags: ContextFlags, command: Command): Promise<void> {
  if ((name === undefined) === (flags.current !== true)) throw new UsageError("give a context's name, or --current");
  let said = "";
  await change((contexts) => {
    const wanted = name ?? contexts.current;
    if (wanted === undefined) throw new CommandFailure(EXIT.failed, "there is no current context");
    const old = contexts.contexts.find((context) => context.name === wanted);
    const context = withFlags(old ?? newContext(wanted), flags);
    if (old && JSON.stringify(old) === JSON.stringify(context)) {
      said = `context ${printable(wanted)} unchanged`;
      return contexts;
    }
    // The first one there is: which else could be meant?
    const current = contexts.contexts.length === 0 ? wanted : contexts.current;
    said = `context ${printable(wanted)} ${old ? "configured" : "created"}${current === contexts.current ? "" : ", and is current"}`;
    return { contexts: withContext(contexts, context).contexts, ...(current !== undefined && { current }) };
  });
  talkOf(command).say(said);
}

function newContext(name: string): Context {
  checkName(name);
  return { name, endpoints: [] };
}

/** UsageError for what no command could use. */
function withFlags(old: Context, flags: ContextFlags): Context {
  const endpoints = flags.endpoints?.split(",").filter(Boolean) ?? old.endpoints;
  if (endpoints.length === 0) throw new UsageError(`context ${old.name} needs --endpoints`);
  checkEndpoints(endpoints);
  const { namespace } = flags;
  if (namespace && !new RegExp(NAME_PATTERN).test(namespace))
    throw new UsageError(`--namespace ${namespace}: a name of lower case letters, digits and - expected`);
  const absolute = (path: string | undefined) => (path ? resolve(path) : path);
  const given = { root: flags.root, ca: absolute(flags.cacert), cert: absolute(flags.cert), key: absolute(flags.key) };
  const fields = { ...old, ...withoutUndefined({ ...given, namespace }) };
  const kept = Object.entries(fields).filter(([, value]) => value !== "");
  const context = { ...Object.fromEntries(kept), name: old.name, endpoints } as Context;
  if ((context.cert === undefined) !== (context.key === undefined))
    throw new UsageError("a client certificate needs both --cert and --key");
  return context;
}

function checkEndpoints(endpoints: readonly string[]): void {
  try {
    // Whether the network between is safe is judged when somebody connects.
    parseEndpoints(endpoints, true);
  } catch (error) {
    throw new UsageError(`--endpoints: ${messageOf(error)}`, { cause: error });
  }
}

function checkName(name: string): void {
  if (!/^[^\s\p{C}]{1,253}$/u.test(name)) throw new UsageError(`"${printable(name)}": a context's name has no spaces`);
}

const withoutUndefined = (fields: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined));

function required(contexts: Contexts, name: string): Context {
  const found = contexts.contexts.find((context) => context.name === name);
  if (!found) throw noContext(name, { ...contexts, path: pathOf() });
  return found;
}

const pathOf = (): string => contextPath(process.env, homedir());
const change = (by: (contexts: Contexts) => Contexts): Promise<void> => updateContexts(pathOf(), by);
