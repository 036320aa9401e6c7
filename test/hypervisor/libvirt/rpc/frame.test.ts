import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeFrame,
  type Frame,
  frameStatus,
  frameType,
  maxFrameSize,
  program,
} from "../../../../hypervisor/libvirt/rpc/frame.ts";
import { FrameDecoder } from "../../../../hypervisor/libvirt/rpc/frame-decoder.ts";
import { ProtocolError } from "../../../../hypervisor/libvirt/rpc/protocol-error.ts";
import { testSeed } from "../../../support/seed.ts";

const seed = testSeed();

const aFrame = (body: Buffer, serial = 1): Frame => ({
  program: program.remote,
  procedure: 23,
  type: frameType.reply,
  serial,
  status: frameStatus.ok,
  body,
});

describe("frames", () => {
  it("carry length, program, version, procedure, type, serial and status as big-endian words", () => {
    const words = encodeFrame(aFrame(Buffer.from("body"), 7))
      .toString("hex")
      .match(/.{8}/g);
    expect(words).toEqual([
      "00000020",
      "20008086",
      "00000001",
      "00000017",
      "00000001",
      "00000007",
      "00000000",
      "626f6479",
    ]);
  });

  it("come out the same however the stream is cut", () => {
    const sizes = fc.array(fc.nat(300), { minLength: 1, maxLength: 8 });
    const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 200 }));
    const property = fc.property(sizes, cuts, (bodies, pieces) => {
      const frames = bodies.map((size, index) => aFrame(Buffer.alloc(size, index), index));
      const decoder = new FrameDecoder();
      const seen: Frame[] = [];
      let rest = Buffer.concat(frames.map(encodeFrame));
      while (rest.length > 0) {
        const piece = pieces.next().value;
        seen.push(...decoder.push(rest.subarray(0, piece)));
        rest = rest.subarray(piece);
      }
      expect(seen).toEqual(frames);
    });
    fc.assert(property, { seed });
  });

  it("of 30 MB in small pieces take time in proportion to their size", () => {
    const bytes = encodeFrame(aFrame(Buffer.alloc(30 * 2 ** 20)));
    const decoder = new FrameDecoder();
    let frames: Frame[] = [];
    for (let start = 0; start < bytes.length; start += 4096) frames = decoder.push(bytes.subarray(start, start + 4096));
    expect(frames.map(({ body }) => body.length)).toEqual([30 * 2 ** 20]);
  });

  it.each([0, 4, 27, maxFrameSize + 1, 0xffffffff])("with a length of %i are refused at once", (length) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    expect(() => new FrameDecoder().push(bytes)).toThrow(ProtocolError);
  });

  it("of another protocol version are refused", () => {
    const bytes = encodeFrame(aFrame(Buffer.alloc(0)));
    bytes.writeUInt32BE(2, 8);
    expect(() => new FrameDecoder().push(bytes)).toThrow(ProtocolError);
  });
});
