import { nodeGrants, ROLES } from "../../../resources/roles.ts";
import { ADMIN, CONTROLLER, ETCD_ROOT, nodeUser } from "../../up/certificates.ts";
import { roleWords, userWords } from "../../up/role-words.ts";

/**
 * The etcdctl commands that give an etcd our roles and users, and turn authentication on: printed, never run, because
 * an etcd that others use is theirs to change.
 */
export function authCommands(hosts: readonly string[]): readonly string[] {
  const nodes = hosts.map((host) => [nodeUser(host), nodeGrants(host)] as const);
  const roles = [[ADMIN, ROLES.admin] as const, [CONTROLLER, ROLES.controller] as const, ...nodes];
  const words = roles.flatMap(([name, grants]) => [...roleWords(name, grants), ...userWords(name, name)]);
  return [...words, ...userWords(ETCD_ROOT, "root"), ["auth", "enable"]].map((each) => ["etcdctl", ...each].join(" "));
}
