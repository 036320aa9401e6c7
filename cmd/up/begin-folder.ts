import { readFileSync } from "node:fs";
import { lstat, mkdir, writeFile } from "node:fs/promises";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import type { DataLayout } from "./data-layout.ts";

const MARK = "vmctl up has begun to make a control plane here\n";

/** An `up` began to make a control plane there and did not get as far as its state. */
export function isUnfinished({ unfinished }: DataLayout): boolean {
  try {
    return readFileSync(unfinished, "utf8") === MARK;
  } catch {
    return false;
  }
}

/** What may stand beside the state of a purge; the `.new` one where writing that state was cut short. */
export const leftByPurge = ({ state, libvirt, node, console }: DataLayout): readonly string[] => [
  state,
  `${state}.new`,
  libvirt,
  node,
  console,
];

/**
 * Says that the folder is ours before anything is put into it. CommandFailure where something stands in the place of
 * what we would write; what others have beside that, and in `images`, is no hindrance and is not touched. `kept`: what
 * a purge has left there, which is ours.
 */
export async function beginFolder(layout: DataLayout, kept: readonly string[] = []): Promise<void> {
  if (isUnfinished(layout)) return;
  const inTheWay = (await whatIsInTheWay(layout)).filter((path) => !kept.includes(path));
  if (inTheWay.length > 0) {
    const why = `${layout.dir} holds no control plane of ours, and in the place of what one would write there is`;
    throw new CommandFailure(EXIT.failed, `${why} ${inTheWay.join(", ")}: move that away, or pass another --data`);
  }
  await mkdir(layout.dir, { recursive: true, mode: 0o755 });
  await writeFile(layout.unfinished, MARK);
}

/** An empty folder too: whose it is, and who may read it, was not our choice. hack/quickstart.d/look.sh looks too. */
async function whatIsInTheWay(layout: DataLayout): Promise<readonly string[]> {
  const { certificates, console, etcd, libvirt, logs, node, run, state, supervisor, unfinished } = layout;
  const ours = [certificates, console, etcd, libvirt, logs, node, run, state, `${state}.new`, supervisor, unfinished];
  const looks = await Promise.all(ours.map(async (path) => ((await look(path)) ? [path] : [])));
  const images = await look(layout.images);
  return [...looks.flat(), ...(images && !images.isDirectory() ? [layout.images] : [])].sort();
}

const look = (path: string) =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
