import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectProcedures } from "../../../../hypervisor/libvirt/rpc/connect-procedures.ts";
import { connectUnix } from "../../../../hypervisor/libvirt/rpc/connect-unix.ts";
import { LibvirtConnection } from "../../../../hypervisor/libvirt/rpc/libvirt-connection.ts";
import type { Procedure } from "../../../../hypervisor/libvirt/rpc/procedure.ts";
import { decode, encode } from "../../../../hypervisor/libvirt/rpc/xdr-codec.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { ScriptedPeer } from "./scripted-peer.ts";

const { authList, authPolkit, supportsFeature, open } = connectProcedures;

let peer: ScriptedPeer;
let clock: FakeClock;

beforeEach(async () => {
  peer = await ScriptedPeer.start();
  clock = new FakeClock();
});
afterEach(async () => {
  await peer.stop();
  expect(clock.waiting).toBe(0);
});

const connect = () =>
  LibvirtConnection.open({ transport: { socketPath: peer.socketPath }, uri: "test:///default", clock });

let next = 0;
async function answer<A, R>(procedure: Procedure<A, R>, result: R): Promise<void> {
  const call = await peer.call(next++);
  expect(call.procedure).toBe(procedure.number);
  peer.answer(call, encode(procedure.result, result));
}

describe("the handshake", () => {
  beforeEach(() => {
    next = 0;
  });

  it("asks polkit when libvirt wants it, and speaks keep-alive only with a libvirt that knows it", async () => {
    const opening = connect();
    await answer(authList, { types: [2] });
    await answer(authPolkit, { complete: true });
    await answer(supportsFeature, { supported: false });
    const call = await peer.call(3);
    expect(decode(open.args, call.body)).toEqual({ name: "test:///default", flags: 0 });
    await answer(open, {});
    await answer(supportsFeature, { supported: true });
    const connection = await opening;
    expect(clock.waiting).toBe(0);
    await connection.close();
  });

  it("fails when polkit says no, when only SASL is offered, and when libvirt is too old, leaving nothing open", async () => {
    const refused = expect(connect()).rejects.toMatchObject({ code: "LIBVIRT_HANDSHAKE" });
    await answer(authList, { types: [2] });
    await answer(authPolkit, { complete: false });
    await refused;
    const sasl = expect(connect()).rejects.toMatchObject({ code: "LIBVIRT_HANDSHAKE" });
    await answer(authList, { types: [1] });
    await sasl;
    const old = expect(connect()).rejects.toMatchObject({ code: "LIBVIRT_HANDSHAKE" });
    await answer(authList, { types: [0] });
    await answer(supportsFeature, { supported: true });
    await answer(open, {});
    await answer(supportsFeature, { supported: false });
    await old;
  });

  it("with a server that never answers ends at the deadline", async () => {
    const opening = expect(connect()).rejects.toMatchObject({ code: "LIBVIRT_CALL_TIMEOUT" });
    await peer.call(0);
    await clock.advance(30_000);
    await opening;
  });

  it("over a stream that is closed already fails at once", async () => {
    const stream = await connectUnix(peer.socketPath);
    stream.destroy();
    const opening = LibvirtConnection.open({ transport: { stream }, uri: "test:///default", clock });
    await expect(opening).rejects.toMatchObject({ code: "LIBVIRT_CONNECTION_LOST", outcome: "not-sent" });
  });
});
