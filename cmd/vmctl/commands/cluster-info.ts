import type { Command } from "commander";
import { preflightFindings, type ServerDescription } from "../../../store/preflight.ts";
import { CommandFailure } from "../command-failure.ts";
import { knownText, leaderText, nodeLines } from "../components/component-lines.ts";
import type { EtcdSeen, Known, LeaderSeen, NodeSeen } from "../components/components.ts";
import { readController } from "../components/read-controller.ts";
import { readEtcd } from "../components/read-etcd.ts";
import { readNodes } from "../components/read-nodes.ts";
import { type PlacementSeen, readPlacement } from "../components/read-placement.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { formatBytes, printable } from "../output/cell.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { Table } from "../output/table.ts";
import type { ClusterInfoFlags } from "./cluster-info-command.ts";

interface ClusterInfo {
  readonly etcd: readonly EtcdSeen[];
  readonly controller: Known<LeaderSeen | undefined>;
  readonly placement: Known<PlacementSeen>;
  readonly hypervisors: Known<readonly NodeSeen[]>;
}

/** CommandFailure when no endpoint of etcd answers. */
export async function runClusterInfo(flags: ClusterInfoFlags, command: Command): Promise<void> {
  const format = oneOfFormats(flags.output, ["json", "yaml"]);
  await withSession(command, async (session) => {
    const info = await readInfo(session);
    const text = format ? await formatDocument(info, format) : textOf(info, session.clock.now());
    process.stdout.write(text);
  });
}

async function readInfo(session: Session): Promise<ClusterInfo> {
  const etcd = await readEtcd(session);
  const [first] = etcd;
  if (first && etcd.every(({ server }) => "unknown" in server))
    throw new CommandFailure(
      EXIT.failed,
      `no endpoint of etcd answers: ${etcd.map(({ endpoint }) => endpoint).join(", ")} (${knownText(first.server, () => "")})`,
    );
  const [controller, hypervisors] = await Promise.all([readController(session), readNodes(session)]);
  const booked = "value" in hypervisors && hypervisors.value.some((node) => node.booked);
  return { etcd, controller, placement: await readPlacement(session, booked), hypervisors };
}

function textOf({ etcd, controller, placement, hypervisors }: ClusterInfo, now: number): string {
  const rows = [
    ...etcd.map(({ endpoint, server }, index) => [
      index === 0 ? "etcd" : "",
      `${printable(endpoint)}: ${knownText(server, serverText)}`,
    ]),
    ["controller", knownText(controller, (leader) => leaderText(leader, now))],
    ["placement", knownText(placement, placementText)],
    ["hypervisors", knownText(hypervisors, countText)],
  ];
  const nodes = "value" in hypervisors ? nodeLines(hypervisors.value) : [];
  const findings = findingLines(etcd);
  const lines = [...new Table().lines(rows), ...spaced(nodes), ...spaced(findings)];
  return lines.map((line) => `${line}\n`).join("");
}

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ["", ...lines]);

function serverText({ version, authentication, revision, dbSizeBytes, quotaBytes }: ServerDescription): string {
  const quota = quotaBytes === undefined ? "" : ` of ${formatBytes(quotaBytes)}`;
  const used = `${formatBytes(dbSizeBytes)}${quota} used`;
  return `${version}, authentication ${authentication ?? "unknown"}, revision ${revision}, ${used}`;
}

function placementText({ engine, providers }: PlacementSeen): string {
  if (engine === "embedded") return `embedded, ${providers} in its books`;
  return engine === "OpenStack" ? "an OpenStack Placement (nothing is booked in etcd)" : "no hypervisor is booked yet";
}

function countText(nodes: readonly NodeSeen[]): string {
  const count = (wanted: boolean) => nodes.filter(({ alive }) => alive === wanted).length;
  const known = nodes.every(({ alive }) => alive !== undefined);
  if (!known || nodes.length === 0) return String(nodes.length);
  return `${nodes.length}: ${count(true)} alive, ${count(false)} silent`;
}

/** What somebody should look after; what is merely worth knowing `auth check` tells. */
function findingLines(etcd: readonly EtcdSeen[]): string[] {
  const all = etcd.flatMap(({ server }) => ("value" in server ? preflightFindings(server.value) : []));
  const serious = all
    .filter(({ severity }) => severity !== "info")
    .map(({ severity, message }) => `${severity}: ${message}`);
  return [...new Set(serious)].map(printable);
}
