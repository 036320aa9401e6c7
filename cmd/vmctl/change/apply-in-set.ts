import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { ApplyDeps } from "../../../apply/apply-object.ts";
import type { ApplyReport } from "../../../apply/apply-set.ts";
import { type Member, memberId } from "../../../apply/applyset/membership.ts";
import { SetHolder, type SetHolderOptions } from "../../../apply/applyset/set-holder.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { NAME_PATTERN } from "../../../resources/meta.ts";
import { parseDuration } from "../../config/duration.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { ApplyFlags } from "../commands/apply-command.ts";
import type { Session } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { applyManifests } from "./apply-manifests.ts";
import { confirmPrune, parseLimit, prune } from "./prune.ts";

export interface SetRequest {
  readonly manifests: readonly Manifest[];
  readonly name: string;
  readonly flags: Pick<ApplyFlags, "prune" | "pruneLimit" | "yes" | "lockTimeout" | "forceConflicts">;
}

/**
 * Applies manifests as the ApplySet of this name: one at a time, the membership written before the objects, what the
 * set held and the files no longer hold deleted last (with --prune), and only when everything was applied.
 */
export async function applyInSet(session: Session, deps: ApplyDeps, request: SetRequest): Promise<void> {
  const { manifests, name, flags } = request;
  if (!new RegExp(NAME_PATTERN).test(name)) throw new UsageError(`--applyset ${name}: a name like those of objects`);
  const limit = parseLimit(flags.pruneLimit);
  const holder = await takeTurn(session, deps, request);
  try {
    const before = await holder.members();
    const wanted = new Map(manifests.map((manifest) => [idOf(manifest), randomUUID() as string]));
    if (!flags.forceConflicts) refuseForeign(await holder.foreignMembers(), [...wanted.keys()], name);
    const gone = flags.prune ? before.filter((member) => !wanted.has(memberId(member))) : [];
    if (flags.prune)
      await confirmPrune(session, { gone, before, isEmpty: manifests.length === 0, limit, yes: flags.yes ?? false });
    await holder.remember(union(before, manifests, wanted));
    const newUid = (manifest: Manifest) => wanted.get(idOf(manifest)) ?? randomUUID();
    const reports = await applyManifests(session, { ...deps, store: holder.store, newUid }, manifests);
    const { left, failure } = await prune(session, holder.store, gone);
    const outside = flags.prune ? [] : before.filter((member) => !wanted.has(memberId(member)));
    await holder.remember([...reports.map(memberOf), ...outside, ...left]);
    if (failure) throw failure;
  } finally {
    await holder.release();
  }
}

async function takeTurn(session: Session, { manager }: ApplyDeps, { name, flags }: SetRequest): Promise<SetHolder> {
  const { store, clock, signal } = session;
  const timeoutMs = parseDuration(flags.lockTimeout);
  if (timeoutMs === undefined) throw new UsageError(`--lock-timeout ${flags.lockTimeout}: a time such as 60s`);
  const patience = new AbortController();
  const options: SetHolderOptions = {
    ...{ store, clock, name, holder: `${manager} on ${hostname()} (pid ${process.pid})` },
    signal: AbortSignal.any([signal, patience.signal]),
  };
  const other = await SetHolder.holderOf(options);
  if (other !== undefined) session.talk.note(`waiting for another apply of set ${name}: ${other}`);
  const cancel = clock.after(timeoutMs, () => patience.abort());
  try {
    return await SetHolder.acquire(options);
  } catch (error) {
    if (!patience.signal.aborted || signal.aborted) throw error;
    const holder = (await SetHolder.holderOf({ ...options, signal })) ?? other ?? "somebody";
    throw new CommandFailure(EXIT.timedOut, `set ${name} is being applied by ${holder}; nothing was changed`);
  } finally {
    cancel();
  }
}

/** An object of two sets would be pruned by one while the other wants it. */
function refuseForeign(foreign: ReadonlyMap<string, string>, wanted: readonly string[], name: string): void {
  const taken = wanted.flatMap((id) => (foreign.has(id) ? [`${id} (set ${foreign.get(id)})`] : []));
  if (taken.length === 0) return;
  const message = `belong to other sets than ${name}: ${taken.slice(0, 10).join(", ")}; nothing was changed`;
  throw new CommandFailure(EXIT.conflict, `${message} (--force-conflicts takes them in)`);
}

const idOf = ({ kind, object: { metadata } }: Manifest): string =>
  memberId({ kind: kind.kind, name: metadata.name, ...namespaceOf(metadata) });

const namespaceOf = ({ namespace }: { readonly namespace?: string | undefined }) =>
  namespace === undefined ? {} : { namespace };

/** Whatever may be there once the objects are written. Those that exist already get their uid when they are applied. */
function union(
  before: readonly Member[],
  manifests: readonly Manifest[],
  uids: ReadonlyMap<string, string>,
): readonly Member[] {
  const known = new Set(before.map(memberId));
  const fresh = manifests.filter((manifest) => !known.has(idOf(manifest)));
  return [...before, ...fresh.map((manifest) => asMember(manifest, uids.get(idOf(manifest)) ?? ""))];
}

const asMember = ({ kind, object: { metadata } }: Manifest, uid: string): Member => ({
  ...{ kind: kind.kind, ...namespaceOf(metadata), name: metadata.name, uid },
});

const memberOf = (report: ApplyReport): Member => asMember(report.manifest, "uid" in report ? report.uid : "");
