import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { UsageError } from "../../config/usage-error.ts";
import type { Connection } from "./find-connection.ts";

const LONGEST = 128;

/**
 * Under whose name fields are set: what --field-manager says, else VMCTL_FIELD_MANAGER, else the user of the client
 * certificate (its common name, which is the user etcd knows), else the user of this machine.
 */
export async function fieldManager(connection: Connection, flag?: string): Promise<string> {
  const given = flag ?? process.env["VMCTL_FIELD_MANAGER"];
  if (given === undefined) return (await certificateUser(connection.cert)) ?? machineUser();
  if (given.trim() === "" || given.length > LONGEST)
    throw new UsageError(`a field manager is a name of 1 to ${LONGEST} characters`);
  return given;
}

async function certificateUser(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { subject } = new X509Certificate(await readFile(path));
  return /^CN=(.+)$/m.exec(subject)?.[1]?.slice(0, LONGEST);
}

/** An account without a name is none that its owner could be told apart by. */
function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "vmctl";
  }
}
