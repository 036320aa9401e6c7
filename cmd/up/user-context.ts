import { chmod, chown, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Context, type Contexts, readContexts, withContext, withoutContext } from "../config/context-file.ts";
import { updateContexts } from "../config/update-contexts.ts";
import { ADMIN, certificateFiles } from "./certificates.ts";
import type { DataLayout } from "./data-layout.ts";
import { NOTE, readNote, writeNote } from "./data-note.ts";
import { etcdEndpoint } from "./etcd-words.ts";
import type { Invoker } from "./invoker.ts";
import { removeIfEmpty } from "./remove-if-empty.ts";
import type { UpState } from "./up-state.ts";

const FILES = { ca: "ca.crt", cert: "admin.crt", key: "admin.key" } as const;

/** Gives the invoking user a certificate and a context that uses it, current from now on, with a note of whose it is. */
export async function writeUserContext(layout: DataLayout, state: UpState): Promise<void> {
  const { contextFile, invoker, settings } = state;
  const folder = certificateFolder(state);
  const context: Context = {
    name: settings.contextName,
    endpoints: [etcdEndpoint(state.ports)],
    ca: join(folder, FILES.ca),
    cert: join(folder, FILES.cert),
    key: join(folder, FILES.key),
  };
  await updateContexts(contextFile, (contexts) => withContext(contexts, context), { owner: invoker });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chown(folder, invoker.uid, invoker.gid);
  await writeNote(folder, layout.dir, invoker);
  const from = certificateFiles(layout, ADMIN);
  for (const part of ["ca", "cert", "key"] as const) await give(from[part], join(folder, FILES[part]), invoker);
}

/** False where another control plane has written a context of the same name since: then it is that one's. */
export async function ownsUserContext(layout: DataLayout, state: UpState): Promise<boolean> {
  const noted = await readNote(certificateFolder(state));
  return noted === undefined || noted === layout.dir;
}

/** Takes both away again, if they are still its own; other contexts stay. */
export async function removeUserContext(layout: DataLayout, state: UpState): Promise<void> {
  if (!(await ownsUserContext(layout, state))) return;
  const { contextFile, invoker, settings } = state;
  const without = (contexts: Contexts) => withoutContext(contexts, settings.contextName);
  const others = without(await readContexts(contextFile));
  if (others.contexts.length === 0) await rm(contextFile, { force: true });
  else await updateContexts(contextFile, without, { owner: invoker });
  const folder = certificateFolder(state);
  for (const name of [...Object.values(FILES), NOTE]) await rm(join(folder, name), { force: true });
  for (const each of [folder, dirname(contextFile)]) await removeIfEmpty(each);
}

const certificateFolder = ({ contextFile, settings }: UpState): string =>
  join(dirname(contextFile), settings.contextName);

async function give(from: string, to: string, { uid, gid }: Invoker): Promise<void> {
  const temporary = `${to}.${process.pid}`;
  await copyFile(from, temporary);
  await chmod(temporary, 0o600);
  await chown(temporary, uid, gid);
  await rename(temporary, to);
}
