import { homedir } from "node:os";
import { contextPath, noContexts, readContexts } from "../config/context-file.ts";
import type { SettingValues } from "../config/setting.ts";
import { UsageError } from "../config/usage-error.ts";
import { type Connection, findConnection, needsContexts } from "../vmctl/connection/find-connection.ts";
import type { ServeFlags } from "./command.ts";
import type { PLACEMENT_SETTINGS } from "./settings.ts";

type Values = SettingValues<typeof PLACEMENT_SETTINGS>;

export type Choice =
  | { readonly kind: "memory" }
  | { readonly kind: "durable" | "cluster"; readonly connection: Connection };

const DEFAULT_ROOT = "/vmctl/";

/** Exactly one of them, and where it is kept. UsageError for anything else. */
export async function chooseBackend(flags: ServeFlags, values: Values): Promise<Choice> {
  const { memory, prefix, cluster } = flags;
  const chosen = [memory, prefix, cluster].filter((flag) => flag !== undefined && flag !== false);
  if (chosen.length !== 1) throw new UsageError("say which Placement to serve: --memory, --prefix PREFIX or --cluster");
  if (values.allowReset && !memory) throw new UsageError("--allow-reset is for --memory alone");
  if (memory) return { kind: "memory" };
  const connection = await connectionOf(values);
  if (prefix === undefined) return { kind: "cluster", connection };
  return { kind: "durable", connection: { ...connection, root: ownRoot(prefix, connection.root ?? DEFAULT_ROOT) } };
}

async function connectionOf(values: Values): Promise<Connection> {
  const settings = { ...values, namespace: undefined };
  const path = contextPath(process.env, homedir());
  const contexts = needsContexts(settings) ? await readContexts(path) : noContexts;
  return findConnection(settings, contexts, path);
}

/** As the root of a store: with a slash at both ends, and apart from what the control plane keeps. */
function ownRoot(prefix: string, clusterRoot: string): string {
  const root = prefix.endsWith("/") ? prefix : `${prefix}/`;
  if (!/^\/.+\/$/.test(root)) throw new UsageError(`--prefix ${prefix}: something like /my-placement/ expected`);
  if (root.startsWith(clusterRoot) || clusterRoot.startsWith(root))
    throw new UsageError(
      `--prefix ${prefix} is where the control plane lives (${clusterRoot}): give one apart from it`,
    );
  return root;
}
