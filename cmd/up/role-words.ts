import type { Grant } from "../../resources/roles.ts";
import { defaultRoot } from "../../store/etcd/options.ts";

type Words = readonly string[];

/** What etcdctl is told to make a role that is not there yet. */
export function roleWords(name: string, grants: readonly Grant[]): readonly Words[] {
  const permissions = grants.map((grant) => {
    const [key, flags] = "key" in grant ? [grant.key, []] : [grant.prefix, ["--prefix=true"]];
    return ["role", "grant-permission", ...flags, name, grant.access, `${defaultRoot}${key}`];
  });
  return [["role", "add", name], ...permissions];
}

/** To make a user that is known by certificate alone, and to give it a role. */
export const userWords = (name: string, role: string): readonly [Words, Words] => [
  ["user", "add", name, "--no-password"],
  ["user", "grant-role", name, role],
];
