import type { Command } from "commander";
import type { Placement } from "../../../placement/placement.ts";
import { isPlacementError } from "../../../placement/placement-error.ts";
import { PREFIX } from "../../../resources/keys.ts";
import { silentLog } from "../../../runtime/log.ts";
import { readConfigFile } from "../../config/config-file.ts";
import { resolveSettings } from "../../config/resolve-settings.ts";
import { CONTROLLER_SETTINGS } from "../../controller/settings.ts";
import { placementOpener } from "../../placement/open-placement.ts";
import { PLACEMENT_SETTINGS } from "../../placement/placement-settings.ts";
import { CommandFailure } from "../command-failure.ts";
import { confirm } from "../confirm.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { findOrphans, type Orphan, readBooks } from "../gc/find-orphans.ts";
import { mentionedUids } from "../gc/mentioned-uids.ts";
import { isRemovable, nameOf, orphanLines } from "../gc/orphan-lines.ts";
import { removeOrphan } from "../gc/remove-orphan.ts";
import type { GcFlags } from "./gc-command.ts";

export async function runGc(flags: GcFlags, command: Command): Promise<void> {
  const file = flags.config === undefined ? undefined : await readConfigFile(flags.config, CONTROLLER_SETTINGS);
  const sources = { flags: command.opts(), environment: process.env, ...(file && { file }) };
  const open = await placementOpener(resolveSettings(PLACEMENT_SETTINGS, sources).values);
  await withSession(command, async (session) => {
    // An engine in etcd would wait until etcd is there.
    const hosts = await session.store.list([`${PREFIX.status}cluster/hypervisors/`], { signal: session.signal });
    const placement = await open(session.store, silentLog);
    try {
      await collect({ session, placement, hasHosts: hosts.entries.length > 0 }, flags);
    } catch (error) {
      throw isPlacementError(error) ? new CommandFailure(EXIT.failed, error.message) : error;
    } finally {
      await placement.close();
    }
  });
}

interface World {
  readonly session: Session;
  readonly placement: Placement;
  /** Some hypervisor is admitted. */
  readonly hasHosts: boolean;
}

async function collect(world: World, { yes, dryRun }: GcFlags): Promise<void> {
  const { session } = world;
  const orphans = await look(world);
  if (orphans.length === 0) return session.talk.say("nothing to do");
  process.stdout.write(`${orphanLines(orphans).join("\n")}\n`);
  const doomed = orphans.filter(isRemovable);
  if (dryRun || doomed.length === 0) return;
  if (yes && !world.hasHosts && world.placement.needsIntent)
    throw new CommandFailure(
      EXIT.failed,
      "no hypervisor is admitted here, so everything looks as if nobody owned it: is --root right? Without --yes it asks",
    );
  if (!yes && !(await confirm(`Remove ${doomed.length} of them from Placement?`, session.signal)))
    throw new CommandFailure(EXIT.failed, "nothing was changed");
  await removeAll(world, doomed);
}

async function look({ session: { store, signal }, placement, hasHosts }: World): Promise<readonly Orphan[]> {
  const books = await readBooks(placement, signal);
  if (books.length === 0 && hasHosts && !placement.needsIntent)
    throw new CommandFailure(
      EXIT.failed,
      "the books of this cluster are not in etcd: give --placement and what else the controller has for it",
    );
  return findOrphans({ books, mentioned: await mentionedUids(store, signal) }, placement, signal);
}

async function removeAll({ session, placement }: World, doomed: readonly Orphan[]): Promise<void> {
  const kept: string[] = [];
  for (const orphan of doomed) {
    const outcome = await removeOrphan({ store: session.store, placement }, orphan, session.signal);
    if (outcome.removed) session.talk.say(`${nameOf(orphan)} removed`);
    else kept.push(`${nameOf(orphan)} stays: ${outcome.because}`);
  }
  if (kept.length > 0) throw new CommandFailure(EXIT.failed, kept.join("; "));
}
