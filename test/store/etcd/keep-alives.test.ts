import { expect, it } from "vitest";
import type { RawStream } from "../../../store/etcd/endpoint.ts";
import { KeepAlives } from "../../../store/etcd/keep-alives.ts";
import type { Transport } from "../../../store/etcd/transport.ts";
import type { LeaseKeepAliveReply } from "../../../store/etcd/wire.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** What a server at the other end would see, and say. */
class Stream {
  readonly asked: string[] = [];
  ended = false;
  #replies: LeaseKeepAliveReply[] = [];
  #wake: () => void = () => {};

  say(id: string, ttl = "15"): void {
    this.#replies.push({ ID: id, TTL: ttl });
    this.#wake();
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  raw(): RawStream<object, LeaseKeepAliveReply> {
    return {
      write: (request) => void this.asked.push((request as { ID: string }).ID),
      end: () => this.end(),
      cancel: () => this.end(),
      on: () => {},
      [Symbol.asyncIterator]: () => this.#read(),
    };
  }

  async *#read(): AsyncGenerator<LeaseKeepAliveReply, void, undefined> {
    while (!this.ended) {
      yield* this.#replies.splice(0);
      if (!this.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function world() {
  const clock = new FakeClock();
  const streams: Stream[] = [];
  const failures: unknown[] = [];
  const transport = {
    clock,
    onClosed: () => () => {},
    open: async () => {
      const stream = new Stream();
      streams.push(stream);
      return { stream: stream.raw() };
    },
    failed: async (_: unknown, error: unknown) => void failures.push(error),
  };
  const keepAlives = new KeepAlives(transport as unknown as Transport);
  const ask = (id: string, signal = new AbortController().signal) =>
    keepAlives.ask({ id, timeoutMs: 1_000, signal }).then(
      ({ ID, TTL }) => `${ID} has ${TTL} s`,
      (error: Error) => error.message,
    );
  return { clock, streams, failures, ask };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("asks for all leases on one stream, and gives each its own answer", async () => {
  const { streams, ask } = world();
  const answers = Promise.all(["1", "2", "3"].map((id) => ask(id)));
  await settled();
  expect(streams.map(({ asked }) => asked)).toEqual([["1", "2", "3"]]);
  for (const id of ["3", "1", "2"]) streams[0]?.say(id, id);
  expect(await answers).toEqual(["1 has 1 s", "2 has 2 s", "3 has 3 s"]);
});

it("never takes the answer to an earlier question for that to a later one", async () => {
  const { clock, streams, failures, ask } = world();
  const first = ask("1");
  const other = ask("2");
  await settled();
  await clock.advance(1_000);
  expect(await first).toContain("no answer within 1000 ms");
  // Whoever waits on the same stream asks again.
  expect(await other).toContain("no answer within 1000 ms");
  expect([streams[0]?.ended, failures.length]).toEqual([true, 1]);
  const again = ask("1");
  await settled();
  streams[0]?.say("1", "99");
  await settled();
  streams[1]?.say("1");
  expect(await again).toBe("1 has 15 s");
  expect(streams).toHaveLength(2);
});

it("waits for an answer that is late as long as others come", async () => {
  const { clock, streams, failures, ask } = world();
  const late = ask("1");
  const other = ask("2");
  await settled();
  await clock.advance(900);
  streams[0]?.say("2");
  expect(await other).toBe("2 has 15 s");
  await clock.advance(900);
  streams[0]?.say("1");
  expect(await late).toBe("1 has 15 s");
  expect([streams.length, failures.length, clock.waiting]).toEqual([1, 0, 0]);
  const silent = ask("1");
  await settled();
  await clock.advance(1_000);
  expect(await silent).toContain("no answer within 1000 ms");
});

it("leaves the stream to the others when one lease is given up", async () => {
  const { clock, streams, ask } = world();
  const stop = new AbortController();
  const [given, kept] = [ask("1", stop.signal), ask("2")];
  await settled();
  stop.abort();
  expect(await given).toContain("aborted");
  streams[0]?.say("1");
  streams[0]?.say("2");
  expect(await kept).toBe("2 has 15 s");
  const later = ask("3");
  await settled();
  streams[0]?.say("3");
  expect(await later).toBe("3 has 15 s");
  expect([streams.length, clock.waiting]).toEqual([1, 0]);
});

it("opens another stream when the server ended one", async () => {
  const { streams, failures, ask } = world();
  const first = ask("1");
  await settled();
  streams[0]?.end();
  expect(await first).toContain("the server ended the keep-alive stream");
  const second = ask("1");
  await settled();
  streams[1]?.say("1");
  expect(await second).toBe("1 has 15 s");
  expect(failures).toHaveLength(1);
});
