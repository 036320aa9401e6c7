import type { Command } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { knownText, leaderText } from "../components/component-lines.ts";
import type { Known, LeaderSeen, NodeSeen } from "../components/components.ts";
import { readController } from "../components/read-controller.ts";
import { readNodes } from "../components/read-nodes.ts";
import { resolveConnection } from "../connection/resolve-connection.ts";
import { type Session, withSession } from "../connection/session.ts";
import { printable } from "../output/cell.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { Table } from "../output/table.ts";
import { talkOf } from "../talk/talk-flags.ts";
import { VERSION } from "../version.ts";
import type { VersionFlags } from "./version-command.ts";

interface Versions {
  readonly client: { readonly version: string; readonly node: string };
  readonly etcd?: string;
  readonly controller?: Known<LeaderSeen | undefined>;
  readonly nodes?: Known<readonly NodeSeen[]>;
}

const client = { version: VERSION, node: process.version };

/** This program's version is printed whatever becomes of the rest: a control plane that is away is a failure after it. */
export async function runVersion(flags: VersionFlags, command: Command): Promise<void> {
  const format = oneOfFormats(flags.output, ["json", "yaml"]);
  const print = async (versions: Versions): Promise<void> => {
    process.stdout.write(format ? await formatDocument(versions, format) : textOf(versions));
  };
  if (flags.client || !(await hasControlPlane(command))) return print({ client });
  let seen: Versions = { client };
  try {
    seen = await withSession(command, readVersions);
  } finally {
    await print(seen);
  }
}

/** None configured is no failure here: `vmctl version` is what people type first. */
async function hasControlPlane(command: Command): Promise<boolean> {
  try {
    await resolveConnection(command);
    return true;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    talkOf(command).note(error.message);
    return false;
  }
}

async function readVersions(session: Session): Promise<Versions> {
  const { version } = await session.store.describeServer({ signal: session.signal });
  const [controller, nodes] = await Promise.all([readController(session), readNodes(session)]);
  return { client, etcd: version, controller, nodes };
}

function textOf({ etcd, controller, nodes }: Versions): string {
  const rows = [
    ["vmctl", `${client.version} (node ${client.node})`],
    ...(etcd === undefined ? [] : [["etcd", printable(etcd)]]),
    ...(controller ? [["controller", knownText(controller, controllerText)]] : []),
    ...(nodes ? nodeRows(nodes) : []),
  ];
  if (rows.length === 1) return `${rows[0]?.join(" ")}\n`;
  return `${new Table().lines(rows).join("\n")}\n`;
}

function controllerText(leader: LeaderSeen | undefined): string {
  if (!leader) return leaderText(leader, 0);
  return `${leader.version ?? "<not told>"} (${leader.holder} leads)`;
}

function nodeRows(nodes: Known<readonly NodeSeen[]>): string[][] {
  if ("unknown" in nodes) return [["nodes", knownText(nodes, () => "")]];
  return nodes.value.map(({ name, version = "<not told>", versions, alive }) => {
    const others = Object.entries(versions).map(([part, which]) => `${part} ${which}`);
    const silent = alive === false ? ["silent"] : [];
    return [`node ${printable(name)}`, printable([version, ...others, ...silent].join(", "))];
  });
}
