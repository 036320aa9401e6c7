const BASE = 0x400000;
const HEADERS = 64 + 56;

/**
 * An x86-64 Linux program in a few hundred bytes: writes `text` to its standard output, waits until it went out over
 * the line, restarts the machine. As /init it proves that a kernel came up and runs programs; no compiler, libc or
 * busybox is needed for that.
 */
export function probeInit(text: string): Buffer {
  const message = Buffer.from(text);
  const code = (messageAt: number) =>
    Buffer.concat([
      systemCall(1, [1, messageAt, message.length]), // write(1, message, length)
      systemCall(16, [1, 0x5409, 1]), // ioctl(1, TCSBRK, 1): wait for the output to drain
      systemCall(169, [0xfee1dead, 0x28121969, 0x01234567]), // reboot(magic, magic2, RESTART)
      Buffer.from([0xeb, 0xfe]), // should any of it fail: stay
    ]);
  const entry = BASE + HEADERS;
  const messageAt = entry + code(0).length;
  return elf(Buffer.concat([code(messageAt), message]), entry);
}

/** mov eax, number; mov edi/esi/edx, argument; syscall */
function systemCall(number: number, args: readonly [number, number, number]): Buffer {
  const move = (opcode: number, value: number) => {
    const bytes = Buffer.alloc(5);
    bytes.writeUInt8(opcode, 0);
    bytes.writeUInt32LE(value, 1);
    return bytes;
  };
  const [first, second, third] = args;
  return Buffer.concat([
    move(0xb8, number),
    move(0xbf, first),
    move(0xbe, second),
    move(0xba, third),
    Buffer.from([0x0f, 0x05]),
  ]);
}

/** ELF64 with one segment that is the whole file, readable and executable. */
function elf(body: Buffer, entry: number): Buffer {
  const size = BigInt(HEADERS + body.length);
  const head = Buffer.alloc(HEADERS);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(2, 16); // executable
  head.writeUInt16LE(62, 18); // x86-64
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(entry), 24);
  head.writeBigUInt64LE(64n, 32); // program header follows
  head.writeUInt16LE(64, 52);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt32LE(1, 64); // load
  head.writeUInt32LE(5, 68); // read, execute
  head.writeBigUInt64LE(BigInt(BASE), 80);
  head.writeBigUInt64LE(BigInt(BASE), 88);
  head.writeBigUInt64LE(size, 96);
  head.writeBigUInt64LE(size, 104);
  head.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([head, body]);
}
