import { describe, expect, it } from "vitest";
import { createTalk, type TalkSettings } from "../../../../cmd/vmctl/talk/talk.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

class Terminal {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number;
  constructor(isTTY: boolean, columns = 80) {
    this.isTTY = isTTY;
    this.columns = columns;
  }
  write(text: string): void {
    this.text += text;
  }
}

function talking(settings: Partial<TalkSettings> = {}, isTTY = true, environment: Record<string, string> = {}) {
  const [clock, stdout, stderr] = [new FakeClock(), new Terminal(isTTY), new Terminal(isTTY, 40)];
  const all = { quiet: false, verbosity: 0, json: false, ...settings };
  return { clock, stdout, stderr, talk: createTalk(all, { clock, stdout, stderr, environment }) };
}

describe("what is said beside an answer", () => {
  it("goes to its stream, with control characters made visible", () => {
    const { talk, stdout, stderr } = talking();
    talk.say("instance/a created\u001b[2J");
    talk.note("No resources found");
    talk.trace(1, "list spec/");
    expect(stdout.text).toBe("instance/a created\\u001b[2J\n");
    expect(stderr.text).toBe("No resources found\n");
  });

  it("is nothing with --quiet, and leaves standard error to the error with -o json", () => {
    const quiet = talking({ quiet: true });
    quiet.talk.say("created");
    quiet.talk.note("none");
    expect([quiet.stdout.text, quiet.stderr.text]).toEqual(["", ""]);
    quiet.talk.complain("not applied");
    expect([quiet.stdout.text, quiet.stderr.text]).toEqual(["", "not applied\n"]);
    const json = talking({ json: true });
    json.talk.say("{}");
    json.talk.note("none");
    expect([json.stdout.text, json.stderr.text]).toEqual(["{}\n", ""]);
  });

  it("tells requests from -v on, keys from -v=2 on, with the time since the start", async () => {
    const once = talking({ verbosity: 1 });
    await once.clock.advance(1_250);
    once.talk.trace(1, "list spec/");
    once.talk.trace(2, "  spec/a");
    expect(once.stderr.text).toBe("[1.250] list spec/\n");
    const twice = talking({ verbosity: 2, quiet: true });
    twice.talk.trace(2, "  spec/a");
    expect(twice.stderr.text).toBe("[0.000]   spec/a\n");
  });
});

describe("progress", () => {
  function never() {
    const settle = { resolve: (_: string) => {}, reject: (_: Error) => {} };
    const promise = new Promise<string>((resolve, reject) => Object.assign(settle, { resolve, reject }));
    return { promise, resolve: (text: string) => settle.resolve(text), reject: (error: Error) => settle.reject(error) };
  }

  it("shows from the first second on, is renewed, and leaves nothing", async () => {
    const { clock, talk, stderr } = talking();
    const work = never();
    const done = talk.progress.during(() => "asking etcd: list spec/", work.promise);
    await clock.advance(999);
    expect(stderr.text).toBe("");
    await clock.advance(1);
    expect(stderr.text).toBe("\r\u001b[Kasking etcd: list spec/ … 1 s");
    await clock.advance(1_000);
    expect(stderr.text).toMatch(/… 2 s$/);
    work.resolve("reply");
    expect(await done).toBe("reply");
    expect(stderr.text.endsWith("… 2 s\r\u001b[K")).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  it("does not flicker for short work of a long command", async () => {
    const { clock, talk, stderr } = talking();
    await clock.advance(5_000);
    for (let count = 0; count < 3; count++) {
      const work = never();
      const done = talk.progress.during(() => "asking", work.promise);
      await clock.advance(99);
      work.resolve("");
      await done;
    }
    expect(stderr.text).toBe("");
    const slow = never();
    const done = talk.progress.during(() => "asking", slow.promise);
    await clock.advance(100);
    expect(stderr.text).toContain("asking … 5 s");
    slow.resolve("");
    await done;
  });

  it("makes room for lines and comes back, cut to the terminal, harmless", async () => {
    const { clock, talk, stdout, stderr } = talking();
    const work = never();
    const done = talk.progress.during(() => `\u001b[2J${"x".repeat(100)}`, work.promise);
    await clock.advance(1_000);
    const drawn = stderr.text;
    expect(drawn).toBe(`\r\u001b[K\\u001b[2J${"x".repeat(39 - 9)}`);
    talk.say("instance/a deleted");
    expect(stderr.text).toBe(`${drawn}\r\u001b[K`);
    expect(stdout.text).toBe("instance/a deleted\n");
    await clock.advance(500);
    expect(stderr.text).toBe(`${drawn}\r\u001b[K${drawn}`);
    work.reject(new Error("gone"));
    await expect(done).rejects.toThrow("gone");
    expect(stderr.text).toBe(`${drawn}\r\u001b[K${drawn}\r\u001b[K`);
  });

  it.each([
    ["not a terminal", talking({}, false)],
    ["--quiet", talking({ quiet: true })],
    ["-v, which tells more", talking({ verbosity: 1 })],
    ["-o json", talking({ json: true })],
    ["a dumb terminal", talking({}, true, { TERM: "dumb" })],
  ])("is not for %s", async (_, { clock, talk, stderr }) => {
    const work = never();
    const done = talk.progress.during(() => "asking", work.promise);
    await clock.advance(10_000);
    work.resolve("");
    await done;
    expect(stderr.text).toBe("");
  });
});
