import { formatAge } from "../output/age.ts";
import { formatCell, printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import type { Known, LeaderSeen, NodeSeen } from "./components.ts";

/** What is known, or `<not known: why>`. */
export const knownText = <T>(known: Known<T>, text: (value: T) => string): string =>
  "unknown" in known ? `<not known: ${printable(known.unknown)}>` : printable(text(known.value));

/** `host-1/123 leads for 5m`. */
export function leaderText(leader: LeaderSeen | undefined, now: number): string {
  if (!leader) return "none leads: is `vmctl controller` running?";
  const since = leader.since === undefined ? "" : ` for ${formatAge(leader.since, now)}`;
  const version = leader.version === undefined ? "" : `, ${leader.version}`;
  return `${leader.holder} leads${since}${version}`;
}

/** Every host with what it runs; nothing for none. */
export function nodeLines(nodes: readonly NodeSeen[]): string[] {
  if (nodes.length === 0) return [];
  const kinds = [...new Set(nodes.flatMap(({ versions }) => Object.keys(versions)))].sort();
  const headings = [
    "NAME",
    "ALIVE",
    "READY",
    "INSTANCES",
    "VMCTL",
    ...kinds.map((kind) => printable(kind.toUpperCase())),
  ];
  const rows = nodes.map(({ name, alive, ready, instances, version, versions }) =>
    [name, aliveWord(alive), ready, instances, version, ...kinds.map((kind) => versions[kind])].map(formatCell),
  );
  return new Table().lines([headings, ...rows]);
}

const aliveWord = (alive: boolean | undefined): string | undefined =>
  alive === undefined ? undefined : alive ? "yes" : "silent";
