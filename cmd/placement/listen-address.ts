import { UsageError } from "../config/usage-error.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8778`, `[::1]:8778`, `:8778` for all interfaces. UsageError for anything else. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new UsageError(`--listen ${text}: HOST:PORT expected, such as 127.0.0.1:8778`);
  return { host: match[1] ?? (match[2] || "::"), port };
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/** Who can reach it can change it: beyond this machine that takes a token. */
export function checkReach({ host }: ListenAddress, token: string | undefined): void {
  if (token === "") throw new UsageError("--token is empty");
  if (isLoopback(host) || token !== undefined) return;
  throw new UsageError(
    `--listen ${host} can be reached from other machines, and without a token anybody could change everything: set VMCTL_TOKEN, or listen on 127.0.0.1`,
  );
}
