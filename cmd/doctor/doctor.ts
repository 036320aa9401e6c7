import { homedir } from "node:os";
import { messageOf } from "../../runtime/errors.ts";
import { contextPath, noContexts, readContexts } from "../config/context-file.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import {
  type ClientSettings,
  type Connection,
  findConnection,
  needsContexts,
} from "../vmctl/connection/find-connection.ts";
import { openConnection } from "../vmctl/connection/open-connection.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import { interruptSignal } from "../vmctl/interrupt-signal.ts";
import { clusterFindings } from "./cluster-findings.ts";
import { etcdFindings } from "./etcd-findings.ts";
import { bad, type Finding, ok, skipped } from "./finding.ts";
import { formatFindings } from "./format-findings.ts";
import { hostFindings } from "./host-findings.ts";
import { programFindings } from "./program-findings.ts";

/** Looks at every precondition, changes nothing. CommandFailure (status 1) when something must be mended. */
export async function runDoctor(settings: ClientSettings, data: string): Promise<void> {
  using interrupt = interruptSignal();
  const groups: readonly [string, () => Promise<readonly Finding[]>][] = [
    ["Programs", programFindings],
    ["Control plane", () => controlPlaneFindings(settings, interrupt.signal)],
    ["This host", () => hostFindings(data)],
  ];
  let toMend = 0;
  for (const [heading, look] of groups) {
    const findings = await look();
    interrupt.signal.throwIfAborted();
    toMend += findings.filter(({ verdict }) => verdict === "bad").length;
    process.stdout.write(formatFindings(heading, findings));
  }
  if (toMend > 0) throw new CommandFailure(EXIT.failed, `${toMend} to mend`);
  process.stdout.write("Nothing to mend.\n");
}

async function controlPlaneFindings(settings: ClientSettings, signal: AbortSignal): Promise<readonly Finding[]> {
  const later = (why: string) => [skipped("controller", why), skipped("hypervisors", why)];
  let connection: Connection;
  try {
    connection = await connectionOf(settings);
  } catch (error) {
    const remedy = "`vmctl up` makes a control plane on this machine; --endpoints names another";
    return [bad("context", messageOf(error), remedy), ...later("there is nothing to connect to")];
  }
  const where = connection.context === undefined ? "endpoints given by hand" : `"${connection.context}"`;
  const context = ok("context", `${where}: ${connection.endpoints.join(", ")}`);
  return [context, ...(await connectedFindings(connection, signal, later))];
}

async function connectedFindings(
  connection: Connection,
  signal: AbortSignal,
  later: (why: string) => readonly Finding[],
): Promise<readonly Finding[]> {
  let store: Awaited<ReturnType<typeof openConnection>>;
  try {
    store = await openConnection(connection);
  } catch (error) {
    return [
      bad("etcd", messageOf(error), "`vmctl up` writes the context and its certificate again"),
      ...later("no connection"),
    ];
  }
  try {
    const { findings, answers } = await etcdFindings(store, connection, signal);
    return [...findings, ...(answers ? await clusterFindings(store, signal) : later("etcd does not answer"))];
  } finally {
    await store.close();
  }
}

async function connectionOf(settings: ClientSettings): Promise<Connection> {
  const path = contextPath(process.env, homedir());
  return findConnection(settings, needsContexts(settings) ? await readContexts(path) : noContexts, path);
}
