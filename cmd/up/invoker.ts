import { execFileSync } from "node:child_process";
import { homedir } from "node:os";

/** Whom the context file and the checkout belong to: the user behind sudo, else whoever runs this. */
export interface Invoker {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export function findInvoker(environment: Readonly<Record<string, string | undefined>>): Invoker {
  const uid = Number(environment["SUDO_UID"]);
  const gid = Number(environment["SUDO_GID"]);
  const behindSudo =
    process.getuid?.() === 0 && environment["SUDO_UID"] && Number.isInteger(uid) && Number.isInteger(gid);
  if (!behindSudo) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: homedir() };
  return { uid, gid, home: homeOf(uid) ?? homedir() };
}

function homeOf(uid: number): string | undefined {
  try {
    const line = execFileSync("getent", ["passwd", String(uid)], { encoding: "utf8" });
    return line.trim().split(":")[5] || undefined;
  } catch {
    return undefined;
  }
}
