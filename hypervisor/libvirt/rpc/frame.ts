import { ProtocolError } from "./protocol-error.ts";

/** Numbers of the programs that share one connection; both are at version 1. */
export const program = { remote: 0x20008086, keepAlive: 0x6b656570 } as const;
export const frameType = { call: 0, reply: 1, message: 2 } as const;
export const frameStatus = { ok: 0, error: 1, continue: 2 } as const;

const version = 1;
const lengthSize = 4;
export const headerSize = 28;
/** libvirt's own limit for a message (32 MiB) plus the length word. */
export const maxFrameSize = 33554432 + lengthSize;

export interface Frame {
  readonly program: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
  readonly body: Buffer;
}

/** Length (of everything, itself included), program, version, procedure, type, serial, status, body. */
export function encodeFrame(frame: Frame): Buffer {
  const length = headerSize + frame.body.length;
  if (length > maxFrameSize) throw new ProtocolError(`message of ${length} bytes, at most ${maxFrameSize} are allowed`);
  const bytes = Buffer.alloc(length);
  const words = [length, frame.program, version, frame.procedure, frame.type, frame.serial, frame.status];
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, index * 4);
  frame.body.copy(bytes, headerSize);
  return bytes;
}

/** Reads one whole frame, as cut out by FrameDecoder. */
export function decodeFrame(bytes: Buffer): Frame {
  if (bytes.readUInt32BE(8) !== version) throw new ProtocolError(`protocol version ${bytes.readUInt32BE(8)}`);
  return {
    program: bytes.readUInt32BE(4),
    procedure: bytes.readUInt32BE(12),
    type: bytes.readUInt32BE(16),
    serial: bytes.readUInt32BE(20),
    status: bytes.readUInt32BE(24),
    body: bytes.subarray(headerSize),
  };
}
