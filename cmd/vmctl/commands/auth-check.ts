import type { Command } from "commander";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { type Grant, nodeGrants, ROLES } from "../../../resources/roles.ts";
import { preflightFindings, type ServerDescription } from "../../../store/preflight.ts";
import { UsageError } from "../../config/usage-error.ts";
import { missingRights } from "../auth/missing-rights.ts";
import { EVERY_PLACE, rightLines, rolesLine } from "../auth/right-lines.ts";
import { tryRights } from "../auth/try-rights.ts";
import { CommandFailure } from "../command-failure.ts";
import { withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { formatBytes } from "../output/cell.ts";

export async function runAuthCheck(role: string | undefined, command: Command): Promise<void> {
  const wanted = role === undefined ? undefined : grantsOf(role);
  await withSession(command, async (session) => {
    print(serverLines(await session.store.describeServer({ signal: session.signal })));
    const rights = await tryRights(session.store, wanted ?? EVERY_PLACE, session.signal);
    print(["", ...rightLines(rights)]);
    if (!wanted) return print(["", rolesLine(rights)]);
    const missing = missingRights(wanted, rights);
    if (missing.length > 0)
      throw new CommandFailure(EXIT.failed, `this user is not ${role}: missing ${missing.join(", ")}`);
    print(["", `This user has every right of ${role}.`]);
  });
}

function grantsOf(role: string): readonly Grant[] {
  const host = /^node:(.+)$/.exec(role)?.[1];
  if (host !== undefined) return nodeGrants(host);
  const grants: readonly Grant[] | undefined = new Map<string, readonly Grant[]>(Object.entries(ROLES)).get(role);
  if (grants) return grants;
  const names = [...Object.keys(ROLES), "node:HOST"];
  throw new UsageError(`--role ${role}: one of ${names.join(", ")} expected${didYouMean(role, names)}`);
}

function serverLines(server: ServerDescription): string[] {
  const { endpoint, version, authentication = "unknown", revision, dbSizeBytes, quotaBytes } = server;
  const quota = quotaBytes === undefined ? "" : ` of ${formatBytes(quotaBytes)}`;
  return [
    `etcd ${version} at ${endpoint}: authentication ${authentication}, revision ${revision}, ${formatBytes(dbSizeBytes)}${quota} used`,
    ...preflightFindings(server).map(({ severity, message }) => `${severity}: ${message}`),
  ];
}

const print = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(""));
