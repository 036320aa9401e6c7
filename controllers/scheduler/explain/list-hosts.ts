import type { PlacementExplanation } from "../../../resources/placement-review.ts";
import type { Peers, Wish } from "../peers.ts";
import { type Ranked, scoresOf } from "../scores/rank.ts";
import type { LookedAt } from "./look-at-hosts.ts";
import type { RefusedHost } from "./smallest-change.ts";

type Listed = Pick<PlacementExplanation, "fits" | "moreFit" | "refused" | "moreRefused">;

/** More hosts than anybody reads; of each of the two lists. */
const FIRST_HOSTS = 50;
/** Bytes of both lists: the limit of an object is 256 KiB, and words, names and the rest need theirs. */
const MAX_BYTES = 200 * 1024;

/** As many hosts as are asked for and can be held, the others counted (decision 0157). */
export function listHosts({ fits, refused }: LookedAt, allHosts: boolean, wish: Wish, peers: Peers): Listed {
  const most = allHosts ? Number.POSITIVE_INFINITY : FIRST_HOSTS;
  let room = MAX_BYTES;
  const taken = <Host, Line extends object>(
    hosts: readonly Host[],
    lineOf: (host: Host, index: number) => Line,
  ): Line[] => {
    const lines: Line[] = [];
    for (const [index, host] of hosts.entries()) {
      if (index >= most) break;
      const line = lineOf(host, index);
      room -= sizeOf(line);
      if (room < 0) break;
      lines.push(line);
    }
    return lines;
  };
  const refusedLines = taken(refused, refusedLine);
  const fitLines = taken(fits, (ranked, index) => fitLine(ranked, index < FIRST_HOSTS ? { wish, peers } : undefined));
  const unlisted = refused.slice(refusedLines.length);
  return {
    fits: fitLines,
    ...(fits.length > fitLines.length ? { moreFit: fits.length - fitLines.length } : {}),
    refused: refusedLines,
    ...(unlisted.length > 0 ? { moreRefused: countedReasons(unlisted) } : {}),
  };
}

/** Bytes as JSON, about: rather more. Names of fields, and scores, are of a known length. */
function sizeOf(line: object): number {
  let bytes = 32;
  for (const value of Object.values(line)) bytes += 16 + (typeof value === "string" ? Buffer.byteLength(value) : 0);
  return "scores" in line ? bytes + 260 : bytes;
}

const fitLine = ({ contender, total }: Ranked, scored: { wish: Wish; peers: Peers } | undefined) => ({
  hypervisor: contender.host.name,
  total,
  ...(scored ? { scores: scoresOf(contender, scored.wish, scored.peers) } : {}),
});

/** The first obstacle names who refused; of Placement all that it says. */
function refusedLine({ name, obstacles }: RefusedHost): Listed["refused"][number] {
  const { by = "", reason = "", text = "" } = obstacles[0] ?? {};
  const texts = by === "placement" ? obstacles.filter((one) => one.by === by).map((one) => one.text) : [text];
  return { hypervisor: name, by, reason, text: texts.join("; ") };
}

function countedReasons(hosts: readonly RefusedHost[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { obstacles } of hosts) {
    const reason = obstacles[0]?.reason ?? "";
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
