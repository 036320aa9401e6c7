import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { contextPath, readContexts } from "../config/context-file.ts";
import { UsageError } from "../config/usage-error.ts";
import { isUnfinished } from "./begin-folder.ts";
import { dataLayout } from "./data-layout.ts";
import { readNote } from "./data-note.ts";
import { findInvoker } from "./invoker.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * UsageError where the current context is of a control plane of this machine, and `data` (what no `--data` means) is
 * another one: whoever says `down` has the current one in mind. `command`: what was asked for, for the message.
 */
export async function refuseOtherThanCurrent(data: string, command: string, environment: Environment): Promise<void> {
  const { dir } = dataLayout(data);
  const current = await currentContext(environment);
  const noted = current?.cert === undefined ? undefined : await readNote(dirname(current.cert));
  if (current === undefined || noted === undefined || noted === dir || !holdsControlPlane(noted)) return;
  const what = `the current context "${current.name}" is the control plane in ${noted}, without --data it would be`;
  throw new UsageError(`${what} the one in ${dir}: ${command} --data ${noted}, or ${command} --data ${dir}`);
}

async function currentContext(environment: Environment) {
  const { contexts, current } = await readContexts(contextPath(environment, findInvoker(environment).home));
  const wanted = environment["VMCTL_CONTEXT"] || current;
  return contexts.find(({ name }) => name === wanted);
}

/** One that was removed by hand is nobody's business. */
function holdsControlPlane(data: string): boolean {
  const layout = dataLayout(data);
  return existsSync(layout.state) || isUnfinished(layout);
}
