import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CallTimeoutError, ConnectionLostError } from "../../../../hypervisor/libvirt/rpc/call-error.ts";
import { connectProcedures } from "../../../../hypervisor/libvirt/rpc/connect-procedures.ts";
import { connectUnix } from "../../../../hypervisor/libvirt/rpc/connect-unix.ts";
import { encodeFrame, type Frame, frameStatus, frameType, program } from "../../../../hypervisor/libvirt/rpc/frame.ts";
import { LibvirtError } from "../../../../hypervisor/libvirt/rpc/libvirt-error.ts";
import { ProtocolError } from "../../../../hypervisor/libvirt/rpc/protocol-error.ts";
import { RpcChannel } from "../../../../hypervisor/libvirt/rpc/rpc-channel.ts";
import { remoteError } from "../../../../hypervisor/libvirt/rpc/translate-error.ts";
import { encode } from "../../../../hypervisor/libvirt/rpc/xdr-codec.ts";
import { eventually } from "../../../support/eventually.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { ScriptedPeer } from "./scripted-peer.ts";

const hostname = connectProcedures.getHostname;
const reply = (text: string) => encode(hostname.result, { hostname: text });

let peer: ScriptedPeer;
let clock: FakeClock;
let channel: RpcChannel;

beforeEach(async () => {
  peer = await ScriptedPeer.start();
  clock = new FakeClock();
  channel = new RpcChannel({
    stream: await connectUnix(peer.socketPath),
    clock,
    maxInFlight: 4,
    timeoutMs: 30_000,
    keepAlive: { intervalMs: 5_000, maxMissed: 3 },
    onMessage: () => {},
  });
});

afterEach(async () => {
  await channel.close();
  await peer.stop();
  expect(clock.waiting).toBe(0);
});

const ask = (options = {}) => channel.call(hostname, {}, options);
const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

async function askAndAnswer(text: string): Promise<string> {
  const index = peer.calls.length;
  const answer = ask();
  peer.answer(await peer.call(index), reply(text));
  return (await answer).hostname;
}

describe("a call", () => {
  it("gets its own answer when answers come in another order", async () => {
    const answers = [ask(), ask(), ask()];
    for (const index of [2, 0, 1]) peer.answer(await peer.call(index), reply(`h${index}`));
    expect((await Promise.all(answers)).map((answer) => answer.hostname)).toEqual(["h0", "h1", "h2"]);
  });

  it("rejects with libvirt's code, domain and message", async () => {
    const answer = outcome(ask());
    const fields = { code: 42, domain: 10, message: "Domain not found", level: 2, dom: null, net: null };
    const rest = { str1: null, str2: null, str3: null, int1: -1, int2: -1 };
    peer.answer(await peer.call(0), encode(remoteError, { ...fields, ...rest }), frameStatus.error);
    expect(await answer).toBeInstanceOf(LibvirtError);
    expect(await answer).toMatchObject({ code: "NO_DOMAIN", number: 42, domain: 10, procedure: hostname.name });
  });

  it("names a code that has no name here by its number", async () => {
    const answer = outcome(ask());
    const fields = { code: 9999, domain: 0, message: null, level: 2, dom: null, net: null };
    const rest = { str1: null, str2: null, str3: null, int1: 0, int2: 0 };
    peer.answer(await peer.call(0), encode(remoteError, { ...fields, ...rest }), frameStatus.error);
    expect(await answer).toMatchObject({ code: "ERROR_9999" });
  });

  it("with an unreadable answer fails alone; the channel lives on", async () => {
    const answer = outcome(ask());
    peer.answer(await peer.call(0), Buffer.from([0, 0, 0, 9]));
    expect(await answer).toBeInstanceOf(ProtocolError);
    expect(await askAndAnswer("next")).toBe("next");
  });

  it("leaves at most 4 out at the server; the others wait their turn", async () => {
    const answers = Array.from({ length: 10 }, () => ask());
    await peer.call(3);
    expect(channel.load).toEqual({ inFlight: 4, waiting: 6 });
    for (let index = 0; index < 10; index++) {
      peer.answer(await peer.call(index), reply(`h${index}`));
      expect(peer.calls.length).toBeLessThanOrEqual(index + 5);
    }
    expect((await Promise.all(answers)).length).toBe(10);
  });

  it("ends at its deadline; its effect is unknown, and a late answer is dropped", async () => {
    const answer = outcome(ask({ timeoutMs: 100 }));
    const call = await peer.call(0);
    await clock.advance(100);
    expect(await answer).toBeInstanceOf(CallTimeoutError);
    expect(await answer).toMatchObject({ outcome: "unknown", procedure: hostname.name });
    peer.answer(call, reply("late"));
    expect(await askAndAnswer("next")).toBe("next");
  });

  it("given up on keeps its slot until the answer comes, since the server is still at it", async () => {
    const abandoned = Array.from({ length: 4 }, () => outcome(ask({ timeoutMs: 100 })));
    await peer.call(3);
    await clock.advance(100);
    await Promise.all(abandoned);
    const waiting = outcome(ask({ timeoutMs: 50 }));
    await clock.advance(50);
    expect(await waiting).toMatchObject({ code: "LIBVIRT_CALL_TIMEOUT", outcome: "not-sent" });
    expect(peer.calls.length).toBe(4);
    const next = ask();
    peer.answer(await peer.call(0), reply("late"));
    peer.answer(await peer.call(4), reply("next"));
    expect((await next).hostname).toBe("next");
  });

  it("rejects with the signal's reason when aborted, before and after it was sent", async () => {
    const controller = new AbortController();
    const sent = outcome(ask({ signal: controller.signal }));
    await peer.call(0);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await sent).toBe(reason);
    expect(await outcome(ask({ signal: controller.signal }))).toBe(reason);
    expect(channel.load).toEqual({ inFlight: 1, waiting: 0 });
  });
});

describe("the end of a channel", () => {
  it("settles every call: sent ones as unknown, waiting ones as not sent, later ones too", async () => {
    const calls = Array.from({ length: 50 }, () => outcome(ask()));
    await peer.call(3);
    peer.cut();
    const errors = (await Promise.all(calls)) as ConnectionLostError[];
    expect(errors.every((error) => error instanceof ConnectionLostError)).toBe(true);
    expect(errors.map((error) => error.outcome)).toEqual([...Array(4).fill("unknown"), ...Array(46).fill("not-sent")]);
    expect(await outcome(ask())).toMatchObject({ code: "LIBVIRT_CONNECTION_LOST", outcome: "not-sent" });
    expect((await channel.closed)?.message).toContain("closed");
  });

  it("by close() settles calls and resolves `closed` without a cause, however often it is called", async () => {
    const call = outcome(ask());
    await Promise.all([channel.close(), channel.close()]);
    expect(await call).toBeInstanceOf(ConnectionLostError);
    expect(await channel.closed).toBeUndefined();
  });

  const frame: Frame = {
    program: program.remote,
    procedure: hostname.number,
    type: frameType.reply,
    serial: 77,
    status: frameStatus.ok,
    body: reply("x"),
  };

  it.each<[string, Buffer]>([
    ["a reply nobody asked for", encodeFrame(frame)],
    ["a reply to another procedure", encodeFrame({ ...frame, serial: 1, procedure: 1 })],
    ["an unknown program", encodeFrame({ ...frame, program: 1 })],
    ["a call from the server", encodeFrame({ ...frame, type: frameType.call })],
    ["a stream nobody opened", encodeFrame({ ...frame, type: 3 })],
    ["a length shorter than a header", Buffer.from([0, 0, 0, 8])],
    ["text", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ])("comes by %s, with every call settled", async (_, bytes) => {
    const calls = Array.from({ length: 6 }, () => outcome(ask()));
    await peer.call(3);
    peer.write(bytes);
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(ConnectionLostError);
    expect(await channel.closed).toBeInstanceOf(ProtocolError);
  });
});

describe("keep-alive", () => {
  const ping: Frame = {
    program: program.keepAlive,
    procedure: 1,
    type: frameType.message,
    serial: 0,
    status: frameStatus.ok,
    body: Buffer.alloc(0),
  };

  it("answers the server's question", async () => {
    await askAndAnswer("up");
    peer.write(encodeFrame(ping));
    await eventually(() => expect(peer.pings.map(({ procedure }) => procedure)).toEqual([2]));
  });

  it("asks after silence and ends the channel after three questions without an answer", async () => {
    channel.startKeepAlive();
    const call = outcome(ask());
    await peer.call(0);
    for (const asked of [1, 2, 3]) {
      await clock.advance(5_000);
      await eventually(() => expect(peer.pings.length).toBe(asked));
    }
    await clock.advance(5_000);
    expect(await call).toMatchObject({ code: "LIBVIRT_CONNECTION_LOST", outcome: "unknown" });
    expect((await channel.closed)?.message).toContain("keep-alive");
  });

  it("goes on for ever while anything is heard", async () => {
    channel.startKeepAlive();
    for (let round = 0; round < 20; round++) {
      expect(await askAndAnswer(`h${round}`)).toBe(`h${round}`);
      await clock.advance(9_000);
    }
  });
});
