/** What a program reports of its etcd when it starts. `undefined`: the server does not tell, or not us. */
export interface ServerDescription {
  readonly endpoint: string;
  readonly version: string;
  readonly authentication: "enabled" | "disabled" | undefined;
  /** False on servers where a transaction inside a transaction escapes its role: there roles only guard against mistakes. */
  readonly rolesAreWalls: boolean;
  readonly revision: number;
  readonly dbSizeBytes: number;
  /** The part that defragmentation would leave. */
  readonly dbSizeInUseBytes: number;
  readonly quotaBytes: number | undefined;
  /** `NOSPACE`, `CORRUPT` */
  readonly alarms: readonly string[] | undefined;
  /** etcd does not tell its compaction mode; whether the first revisions are gone, it does. */
  readonly everCompacted: boolean | undefined;
  /** The server's clock minus ours, known to a second or so. */
  readonly clockOffsetMs: number | undefined;
}

export interface PreflightFinding {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
}

/** Revisions after which a store that was never compacted looks like one that nobody compacts. */
const manyRevisions = 10_000;
const tolerableOffsetMs = 5_000;

/** The releases in which a role holds against intent; older and unlisted minors do not. */
export function rolesAreWalls(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (major !== 3) return major > 3;
  const first = new Map([
    [5, 33],
    [6, 14],
    [7, 1],
  ]).get(minor);
  return first === undefined ? minor > 7 : patch >= first;
}

/** What people should know, worst first. Pure. */
export function preflightFindings(server: ServerDescription): PreflightFinding[] {
  const findings = [...storageFindings(server), ...securityFindings(server), ...clockFindings(server)];
  const rank = { error: 0, warning: 1, info: 2 };
  return findings.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function storageFindings(server: ServerDescription): PreflightFinding[] {
  const findings: PreflightFinding[] = (server.alarms ?? []).map((alarm) => ({
    severity: "error",
    message: `etcd has the alarm ${alarm}: ${alarm === "NOSPACE" ? "it refuses every write (compact, defrag, alarm disarm)" : "see etcd's documentation before anything else"}`,
  }));
  const { quotaBytes, dbSizeBytes, everCompacted, revision } = server;
  if (quotaBytes !== undefined && dbSizeBytes > 0.8 * quotaBytes) {
    findings.push({ severity: "warning", message: `etcd uses ${percent(dbSizeBytes / quotaBytes)} of its quota` });
  }
  if (everCompacted === false && revision > manyRevisions) {
    findings.push({
      severity: "warning",
      message: `etcd keeps all ${revision} revisions: run it with --auto-compaction-mode=periodic --auto-compaction-retention=1h`,
    });
  }
  return findings;
}

function securityFindings({ authentication, rolesAreWalls, version }: ServerDescription): PreflightFinding[] {
  if (authentication === "disabled") {
    return [{ severity: "info", message: "etcd has no authentication: whoever reaches it is an administrator" }];
  }
  if (rolesAreWalls) return [];
  return [
    {
      severity: "info",
      message: `etcd ${version} does not enforce roles against intent (3.5.33, 3.6.14 and 3.7.1 do): they guard against mistakes only`,
    },
  ];
}

function clockFindings({ clockOffsetMs }: ServerDescription): PreflightFinding[] {
  if (clockOffsetMs === undefined)
    return [{ severity: "info", message: "etcd's clock could not be compared with ours" }];
  if (Math.abs(clockOffsetMs) <= tolerableOffsetMs) return [];
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1000);
  const way = clockOffsetMs > 0 ? "ahead of" : "behind";
  return [{ severity: "warning", message: `etcd's clock is ${seconds} s ${way} ours: times shown will disagree` }];
}

const percent = (part: number): string => `${Math.round(part * 100)} %`;
