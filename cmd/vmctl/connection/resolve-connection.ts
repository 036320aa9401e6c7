import { homedir } from "node:os";
import type { Command } from "commander";
import { DEFAULT_NAMESPACE } from "../../../resources/namespace.ts";
import { contextPath, noContexts, readContexts } from "../../config/context-file.ts";
import { clientSettings } from "./client-flags.ts";
import { type Connection, chooseContext, findConnection, needsContexts } from "./find-connection.ts";

/** The connection that a command's flags, the environment and the context file describe together. */
export async function resolveConnection(command: Command): Promise<Connection> {
  const settings = clientSettings(command);
  const path = contextPath(process.env, homedir());
  const contexts = needsContexts(settings) ? await readContexts(path) : noContexts;
  return findConnection(settings, contexts, path);
}

/** Only its namespace: also where there is nothing to connect to. */
export async function resolveNamespace(command: Command): Promise<string> {
  const settings = clientSettings(command);
  if (settings.namespace !== undefined) return settings.namespace;
  const path = contextPath(process.env, homedir());
  return chooseContext(settings, await readContexts(path), path)?.namespace ?? DEFAULT_NAMESPACE;
}
