import { describe, expect, it } from "vitest";
import type { ControllerDeps } from "../../../controllers/cluster/controller-deps.ts";
import { type Answers, BatchWriter } from "../../../controllers/scheduler/batch-writer.ts";
import type { Proposal, ProposalBatch } from "../../../controllers/scheduler/proposal.ts";
import { done } from "../../../runtime/result.ts";
import type { Compare, Outcome, Transaction, Write } from "../../../store/store.ts";

const USAGE = "placement/usage/p";

/** A store of revisions alone, that refuses what it is told to. */
class RevisionStore {
  readonly revisions = new Map<string, number>();
  readonly values = new Map<string, string>();
  readonly committed: Transaction[] = [];
  /** The instances of each transaction that came, whatever became of it. */
  readonly attempts: string[] = [];
  revision = 1;
  inFlight = 0;
  mostInFlight = 0;
  /** Called before each commit. */
  meanwhile: (transaction: Transaction) => void = () => {};

  commit = async (transaction: Transaction): Promise<Outcome> => {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await Promise.resolve();
    const tails = transaction.writes.filter(({ key }) => key.startsWith("status/")).map(({ key }) => key.at(-1));
    this.attempts.push(tails.join(""));
    this.meanwhile(transaction);
    this.inFlight--;
    const stale = transaction.compares.some((compare) => !this.#holds(compare));
    if (stale) return { kind: "stale", revision: this.revision, current: new Map() };
    this.committed.push(transaction);
    this.revision++;
    for (const write of transaction.writes) this.put(write);
    return { kind: "committed", revision: this.revision };
  };

  put(write: Write): void {
    this.revisions.set(write.key, this.revision);
    if (write.op === "put") this.values.set(write.key, write.value);
  }

  #holds(compare: Compare): boolean {
    const now = this.revisions.get(compare.key) ?? 0;
    return "modRevision" in compare ? compare.modRevision === now : now === 0;
  }
}

const bump = (write: Write): boolean => write.key === USAGE;

/** One more of what everybody counts in one key, as the picture (which shows nothing new) and the batch below say. */
const oneMore =
  (tail: string, seen: number, made: string[] = []) =>
  async (batch: ProposalBatch): Promise<Proposal> => {
    const pending = batch.claims.writes.find(bump);
    const used = pending && "value" in pending ? Number(pending.value) : 0;
    made.push(`${tail}:${used}`);
    const claim = {
      compares: [seen === 0 ? { key: USAGE, absent: true as const } : { key: USAGE, modRevision: seen }],
      writes: [{ op: "put", key: USAGE, value: String(used + 1) } as const],
    };
    const compares = [...claim.compares, { key: `status/${tail}`, absent: true as const }];
    const filling = Array.from({ length: 30 }, (_, n): Compare => ({ key: `x/${tail}/${n}`, absent: true }));
    const writes = [...claim.writes, { op: "put", key: `status/${tail}`, value: tail } as const];
    const part = { compares: [...compares, ...filling], writes };
    return { tail, part, claim, admits: false, result: done() };
  };

function aWriter(store: RevisionStore) {
  const answers: Answers = new Map();
  const deps = {
    store,
    caughtUp: async () => {},
    placement: { caughtUp: async () => {} },
    view: { status: () => undefined },
    events: { forgetLease: async () => {} },
  } as unknown as ControllerDeps;
  return { answers, writer: new BatchWriter(deps, answers) };
}

const TAILS = ["a", "b", "c", "d", "e", "f", "g"];

describe("a writer of batches", () => {
  it("makes each batch on top of the one that is on its way, and holds it to what that one wrote", async () => {
    const store = new RevisionStore();
    const { answers, writer } = aWriter(store);
    const made: string[] = [];
    for (const tail of TAILS) await writer.write(tail, oneMore(tail, 0, made));
    await writer.flush();
    expect(store.values.get(USAGE)).toBe("7");
    expect(store.committed.map(({ writes }) => writes.length)).toEqual([4, 4, 2]);
    // Nothing is decided twice for want of room.
    expect(made).toEqual(["a:0", "b:1", "c:2", "d:3", "e:4", "f:5", "g:6"]);
    expect([...answers]).toEqual(TAILS.map((tail) => [tail, done()]));
    expect(store.mostInFlight).toBe(1);
  });

  it("makes anew what was on top of one that failed, and writes each of that one alone", async () => {
    const store = new RevisionStore();
    const { answers, writer } = aWriter(store);
    let isFirst = true;
    // Somebody takes the name of one of the first batch.
    store.meanwhile = () => {
      if (isFirst) store.put({ op: "put", key: "status/b", value: "somebody's" });
      isFirst = false;
    };
    const seen = () => store.revisions.get(USAGE) ?? 0;
    const used = () => Number(store.values.get(USAGE) ?? 0);
    for (const tail of TAILS.slice(0, 5))
      await writer.write(tail, async (batch) => {
        const pending = batch.claims.writes.find(bump);
        const before = pending && "value" in pending ? Number(pending.value) : used();
        const proposal = await oneMore(tail, seen())(batch);
        const writes = [{ op: "put", key: USAGE, value: String(before + 1) } as const];
        const others = proposal.part.writes.filter((write) => !bump(write));
        return {
          ...proposal,
          claim: { ...proposal.claim, writes },
          part: { ...proposal.part, writes: [...writes, ...others] },
        };
      });
    await writer.flush();
    expect(answers.get("b")).toBeInstanceOf(Error);
    for (const tail of ["a", "c", "d", "e"]) expect(answers.get(tail)).toEqual(done());
    expect(store.values.get("status/b")).toBe("somebody's");
    expect(store.attempts).toEqual(["abc", "a", "b", "c", "de"]);
    expect(store.values.get(USAGE)).toBe("4");
  });

  it("notices who changed a sum between the batch and the one below it", async () => {
    const store = new RevisionStore();
    const { answers, writer } = aWriter(store);
    store.meanwhile = ({ writes }) => {
      if (store.committed.length !== 1 || !writes.some(({ key }) => key === "status/d")) return;
      store.revision++;
      store.put({ op: "put", key: USAGE, value: "50" });
    };
    for (const tail of TAILS.slice(0, 5)) await writer.write(tail, oneMore(tail, 0));
    await writer.flush();
    // What it proposes alone is as it was before: the picture of this test stands still.
    expect(store.values.get(USAGE)).toBe("50");
    expect(["a", "b", "c"].map((tail) => answers.get(tail))).toEqual([done(), done(), done()]);
    expect(["d", "e"].every((tail) => answers.get(tail) instanceof Error)).toBe(true);
  });

  it("does not write two that say the same uid of themselves in one transaction, nor the second on top of the first", async () => {
    const store = new RevisionStore();
    const { answers, writer } = aWriter(store);
    const copied = (tail: string) => async (): Promise<Proposal> => ({
      tail,
      part: {
        compares: [{ key: "uids/u", absent: true }],
        writes: [
          { op: "put", key: "uids/u", value: tail },
          { op: "put", key: `status/${tail}`, value: tail },
        ],
      },
      claim: { compares: [], writes: [] },
      admits: true,
      result: done(),
    });
    for (const tail of ["a", "b"]) await writer.write(tail, copied(tail));
    await writer.flush();
    expect([...store.values.keys()].sort()).toEqual(["status/a", "uids/u"]);
    expect(answers.get("b")).toBeInstanceOf(Error);
  });
});
