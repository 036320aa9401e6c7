import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeGrants, ROLES } from "../../resources/roles.ts";
import { ADMIN, CONTROLLER, certificateFiles, ETCD_ROOT, hostUser } from "./certificates.ts";
import type { DataLayout } from "./data-layout.ts";
import { etcdEndpoint } from "./etcd-words.ts";
import { roleWords, userWords } from "./role-words.ts";
import { runTool } from "./run-tool.ts";
import type { UpState } from "./up-state.ts";
import { withoutVariables } from "./without-variables.ts";

type Etcdctl = (...words: readonly string[]) => Promise<string>;

/**
 * Gives each program's certificate a user with the least role (resources/roles.ts) and turns authentication on. In
 * this etcd alone, which is ours. Safe to repeat; skipped when this etcd has these roles already.
 */
export async function ensureRoles(layout: DataLayout, state: UpState): Promise<void> {
  const wanted = { [ADMIN]: ROLES.admin, [CONTROLLER]: ROLES.controller, [hostUser(state)]: hostGrants(state) };
  const digest = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  // Beside etcd's own files, so that it goes when they go.
  const done = join(layout.etcd, "vmctl-roles");
  if ((await readFile(done, "utf8").catch(() => "")) === digest) return;
  const etcdctl = etcdctlOf(layout, state);
  const present = { roles: await names(etcdctl, "role"), users: await names(etcdctl, "user") };
  for (const [name, grants] of Object.entries(wanted)) {
    // Made anew, so that a right which was taken out of our table is taken away here too.
    if (present.roles.has(name)) await etcdctl("role", "delete", name);
    for (const words of roleWords(name, grants)) await etcdctl(...words);
    await ensureUser(etcdctl, name, name, present.users);
  }
  await ensureUser(etcdctl, ETCD_ROOT, "root", present.users);
  await etcdctl("auth", "enable");
  await writeFile(done, digest, { mode: 0o600 });
}

const hostGrants = ({ settings, nodeName }: UpState) =>
  settings.simulated === undefined ? nodeGrants(nodeName) : ROLES.fleet;

/** Without a password: nobody gets in under this name but by certificate. */
async function ensureUser(etcdctl: Etcdctl, name: string, role: string, present: ReadonlySet<string>): Promise<void> {
  const [add, grant] = userWords(name, role);
  if (!present.has(name)) await etcdctl(...add);
  await etcdctl(...grant);
}

async function names(etcdctl: Etcdctl, what: "role" | "user"): Promise<ReadonlySet<string>> {
  const reply = JSON.parse(await etcdctl(what, "list", "-w", "json")) as { roles?: string[]; users?: string[] };
  return new Set(reply.roles ?? reply.users ?? []);
}

function etcdctlOf(layout: DataLayout, { ports }: UpState): Etcdctl {
  const { ca, cert, key } = certificateFiles(layout, ETCD_ROOT);
  const connection = [`--endpoints=${etcdEndpoint(ports)}`, `--cacert=${ca}`, `--cert=${cert}`, `--key=${key}`];
  const environment = { ...withoutVariables(process.env, /^ETCDCTL_/), ETCDCTL_API: "3" };
  return (...words) => runTool("etcdctl", [...connection, ...words], { environment });
}
