import { type Grant, nodeGrants, ROLES } from "../../resources/roles.ts";
import { EtcdServer } from "./etcd.ts";
import { throughGateway } from "./etcd-gateway.ts";

export const E2E_ROOT = "/vmctl/";
const ADMIN = "admin";
const CONTROLLER = "controller";
/** Who uses the command line. */
const USER = "user";
export const E2E_USERS = { admin: ADMIN, controller: CONTROLLER, user: USER } as const;
export const nodeUser = (host: string): string => `node-${host}`;

/** TLS, client certificates, authentication on, and per program a user with the least role (resources/roles.ts). */
export async function startGuardedEtcd(hosts: readonly string[], flags: readonly string[] = []): Promise<EtcdServer> {
  const etcd = await EtcdServer.start({ tls: true, flags });
  const users: [string, readonly Grant[]][] = [
    [ADMIN, ROLES.admin],
    [CONTROLLER, ROLES.controller],
    [USER, ROLES.user],
    ...hosts.map((host): [string, readonly Grant[]] => [nodeUser(host), nodeGrants(host)]),
  ];
  await addUsers(etcd, E2E_ROOT, users);
  await etcd.enableAuth();
  return etcd;
}

/** Users with certificates and these rights below the root, before authentication is enabled. */
export async function addUsers(
  etcd: EtcdServer,
  root: string,
  users: readonly (readonly [name: string, grants: readonly Grant[]])[],
): Promise<void> {
  await etcd.certificates?.issue(...users.map(([name]) => name));
  await throughGateway(etcd, async (ask) => {
    for (const [name, grants] of users) {
      await ask("auth/user/add", { name, options: { no_password: true } });
      await ask("auth/role/add", { name });
      await ask("auth/user/grant", { user: name, role: name });
      for (const grant of grants) await ask("auth/role/grant", { name, perm: permission(root, grant) });
    }
  });
}

/** As etcd takes it: a prefix is a range that ends before the next text of the same length. */
function permission(root: string, grant: Grant): object {
  const begin = Buffer.from(root + ("key" in grant ? grant.key : grant.prefix));
  const end = Buffer.from(begin);
  end.writeUInt8((end.at(-1) ?? 0) + 1, end.length - 1);
  const range = "key" in grant ? {} : { range_end: end.toString("base64") };
  return { permType: grant.access.toUpperCase(), key: begin.toString("base64"), ...range };
}

/** `--cacert …` and so on: how any of our programs reaches this etcd as `user`. */
export function connectionFlags(etcd: EtcdServer, user: string): string[] {
  const files = etcd.certificates?.files(user);
  if (!files) throw new Error("this etcd has no certificates");
  const { ca, cert, key } = files;
  return [`--endpoints=${etcd.endpoint}`, `--root=${E2E_ROOT}`, `--cacert=${ca}`, `--cert=${cert}`, `--key=${key}`];
}

interface ListReply {
  readonly header: { readonly revision: number };
  readonly kvs?: readonly { key: string; value?: string; mod_revision: number; version?: number }[];
}
export interface EtcdKey {
  readonly key: string;
  readonly value: string;
  readonly modRevision: number;
  readonly version: number;
}

/** Everything below a prefix of our root, at one revision. Keys without the root. */
export async function listKeys(
  etcd: EtcdServer,
  prefix = "",
): Promise<{ readonly revision: number; readonly keys: readonly EtcdKey[] }> {
  const reply = JSON.parse(await etcd.etcdctl("get", "--prefix", `${E2E_ROOT}${prefix}`, "-w", "json")) as ListReply;
  const text = (encoded = ""): string => Buffer.from(encoded, "base64").toString();
  const keys = (reply.kvs ?? []).map(({ key, value, mod_revision, version }) => ({
    key: text(key).slice(E2E_ROOT.length),
    value: text(value),
    modRevision: mod_revision,
    version: version ?? 0,
  }));
  return { revision: reply.header.revision, keys };
}
