import type { Command } from "commander";
import { KINDS, type KindInfo } from "../../../resources/kinds.ts";
import { UsageError } from "../../config/usage-error.ts";
import { formatNeed, type Need, needsOf, requireVerb, type Subject } from "../auth/needs.ts";
import { EVERY_PLACE, rightLines, rolesLine } from "../auth/right-lines.ts";
import { tryNeed } from "../auth/try-need.ts";
import { tryRights } from "../auth/try-rights.ts";
import { usualRole } from "../auth/usual-role.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { NONE } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import { requireKind } from "../select/kind-words.ts";
import type { CanIFlags } from "./auth-command.ts";

type Words = readonly (string | undefined)[];

export async function runCanI(words: Words, flags: CanIFlags, command: Command): Promise<void> {
  if (flags.list && words.some((word) => word !== undefined)) throw new UsageError("--list takes no verb and no kind");
  const question = flags.list ? undefined : parseQuestion(words);
  await withSession(command, async (session) => {
    const namespace = flags.allNamespaces ? undefined : session.connection.namespace;
    if (!question) return list(session, namespace);
    const needs = question.subjects.flatMap((subject) => needsOf(question.verb, { ...subject, namespace }));
    await answer(session, needs);
  });
}

interface Question {
  readonly verb: string;
  readonly subjects: readonly Subject[];
}

function parseQuestion([verb, kind, name]: Words): Question {
  if (verb === undefined || kind === undefined)
    throw new UsageError("can-i VERB KIND, such as can-i create instances; or --list");
  if (kind === "*") return { verb: requireVerb(verb), subjects: KINDS.map((each) => ({ kind: each })) };
  const [word = "", inner] = kind.split("/");
  if (inner !== undefined && name !== undefined)
    throw new UsageError(`"${kind}" names an object already: no second name`);
  const isEvents = /^(events?|ev)$/.test(word);
  return {
    verb: requireVerb(verb),
    subjects: [{ kind: isEvents ? "events" : requireKind(word), name: inner ?? name }],
  };
}

/** `yes` or `no` on standard output; CommandFailure names the first right that is missing. */
async function answer(session: Session, needs: readonly Need[]): Promise<void> {
  const missing = await firstMissing(session, needs);
  process.stdout.write(missing ? "no\n" : "yes\n");
  if (!missing) return;
  const reason = `etcd does not let this user ${formatNeed(missing)}; the role ${usualRole(missing)} usually may`;
  throw new CommandFailure(EXIT.failed, reason);
}

async function firstMissing({ store, signal }: Session, needs: readonly Need[]): Promise<Need | undefined> {
  const granted = await Promise.all(needs.map((need) => tryNeed(store, need, signal)));
  return needs.find((_, index) => !granted[index]);
}

/** One line a kind, as kubectl has it, and what lies behind it in etcd. */
async function list(session: Session, namespace: string | undefined): Promise<void> {
  const rows = await Promise.all(KINDS.map(async (kind) => [kind.plural, await verbsOf(session, { kind, namespace })]));
  const rights = await tryRights(session.store, EVERY_PLACE, session.signal);
  const where = namespace === undefined ? "In all namespaces:" : `In namespace ${namespace}:`;
  const lines = [
    where,
    ...new Table().lines([["KIND", "VERBS"], ...rows]),
    "",
    ...rightLines(rights),
    "",
    rolesLine(rights),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

const GROUPS = [
  { sample: "get", verbs: "get,list" },
  { sample: "watch", verbs: "watch" },
  { sample: "update", verbs: "create,update,patch,delete" },
] as const;

async function verbsOf(session: Session, subject: Subject & { readonly kind: KindInfo }): Promise<string> {
  const allowed = await Promise.all(GROUPS.map(({ sample }) => firstMissing(session, needsOf(sample, subject))));
  return GROUPS.flatMap(({ verbs }, index) => (allowed[index] ? [] : [verbs])).join(",") || NONE;
}
