import { didYouMean } from "../../../resources/did-you-mean.ts";
import { DEFAULT_NAMESPACE } from "../../../resources/namespace.ts";
import type { Context, Contexts } from "../../config/context-file.ts";
import type { SettingValues } from "../../config/setting.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import type { CLIENT_SETTINGS } from "./connection-settings.ts";

export type ClientSettings = SettingValues<typeof CLIENT_SETTINGS>;

/** Everything needed to open the store; `ca`, `cert` and `key` are paths. */
export interface Connection {
  readonly endpoints: readonly string[];
  readonly root?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly namespace: string;
  readonly insecure: boolean;
  readonly requestTimeoutMs: number;
  /** Which context it came from, if any. */
  readonly context?: string;
}

/**
 * The connection the settings and the context file give together: what was set by flag or environment counts
 * before the context. With endpoints given by hand the current context is left aside (one control plane must not be
 * sent the certificates of another) unless --context names it. CommandFailure when there is nothing to connect to.
 */
export function findConnection(settings: ClientSettings, contexts: Contexts, path: string): Connection {
  const context = chooseContext(settings, contexts, path);
  const endpoints = settings.endpoints.length > 0 ? settings.endpoints : (context?.endpoints ?? []);
  if (endpoints.length === 0) {
    throw new CommandFailure(EXIT.failed, "no control plane: run `vmctl up` or pass --endpoints", {
      reason: "NoControlPlane",
    });
  }
  return {
    endpoints,
    ...chooseTexts(settings, context),
    namespace: settings.namespace ?? context?.namespace ?? DEFAULT_NAMESPACE,
    insecure: settings.insecureEtcd,
    requestTimeoutMs: settings.requestTimeout,
  };
}

type Texts = Pick<Connection, "root" | "ca" | "cert" | "key" | "context">;

function chooseTexts(settings: ClientSettings, context: Context | undefined): Texts {
  const { root, cacert: ca, cert, key } = settings;
  const given = definedOnly({ root, ca, cert, key });
  if (!context) return given;
  return { ...definedOnly({ ...context, context: context.name }), ...given };
}

/** Whether the context file is needed at all. */
export const needsContexts = (settings: ClientSettings): boolean =>
  settings.endpoints.length === 0 || settings.context !== undefined;

/** The context named, else the current one, which endpoints given by hand push aside. */
export function chooseContext(settings: ClientSettings, contexts: Contexts, path: string): Context | undefined {
  const wanted = settings.context ?? (settings.endpoints.length > 0 ? undefined : contexts.current);
  if (wanted === undefined) return undefined;
  const context = contexts.contexts.find(({ name }) => name === wanted);
  if (context) return context;
  const names = contexts.contexts.map(({ name }) => name);
  const known = names.length === 0 ? "it holds none" : `it holds ${names.join(", ")}`;
  throw new UsageError(`no context "${wanted}" in ${path}${didYouMean(wanted, names) || `; ${known}`}`);
}

const TEXTS = ["root", "ca", "cert", "key", "context"] as const;

/** The texts among the fields, without those that are undefined. */
function definedOnly(fields: Readonly<Partial<Record<keyof Texts, string | undefined>>>): Texts {
  const entries = TEXTS.map((name) => [name, fields[name]]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Texts;
}
