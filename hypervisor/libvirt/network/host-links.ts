import { networkInterfaces } from "node:os";
import { runProgram } from "../disk/run-program.ts";

const TIMEOUT_MS = 5000;

/** Names of the bridges in this network namespace. Without iproute2: none are known. */
export async function hostBridges(): Promise<readonly string[]> {
  const links = await ipJson<{ ifname?: string }>(["link", "show", "type", "bridge"]);
  return links.flatMap(({ ifname }) => ifname ?? []);
}

/** What is plugged into a bridge. */
export async function portsOf(bridge: string): Promise<readonly string[]> {
  const links = await ipJson<{ ifname?: string }>(["link", "show", "master", bridge]);
  return links.flatMap(({ ifname }) => ifname ?? []);
}

/** Every IPv4 prefix this host has an address in or a route to, the default route apart. */
export async function hostPrefixes(): Promise<readonly string[]> {
  const routes = await ipJson<{ dst?: string }>(["-4", "route", "show", "table", "all"]);
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [
    ...routes.flatMap(({ dst }) => (dst && dst !== "default" ? dst : [])),
    ...own.flatMap(({ family, cidr }) => (family === "IPv4" && cidr ? cidr : [])),
  ];
}

async function ipJson<T>(args: readonly string[]): Promise<readonly T[]> {
  const text = await runProgram("ip", ["-j", ...args], { timeoutMs: TIMEOUT_MS }).catch(() => "[]");
  return JSON.parse(text || "[]") as readonly T[];
}
