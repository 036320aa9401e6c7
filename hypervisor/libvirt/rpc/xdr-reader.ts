import { ProtocolError } from "./protocol-error.ts";

/**
 * Reads XDR (RFC 4506) out of one message. Every read is checked against what is really there before anything is
 * allocated, so a hostile length costs nothing. Any violation throws ProtocolError.
 */
export class XdrReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A copy, so that a small value does not keep a large message alive. */
  opaque(length: number): Buffer {
    const start = this.#take(padded(length));
    return Buffer.from(this.#bytes.subarray(start, start + length));
  }

  /** UTF-8; bytes that are not become U+FFFD, because one odd host name must not hide a whole list. */
  string(): string {
    const length = this.uint32();
    const start = this.#take(padded(length));
    return this.#bytes.toString("utf8", start, start + length);
  }

  /** The pointer mark before an optional value. */
  present(): boolean {
    const mark = this.uint32();
    if (mark > 1) throw new ProtocolError(`optional mark ${mark} at byte ${this.#offset - 4}`);
    return mark === 1;
  }

  /** An array's length. Each element takes at least 4 bytes, so more elements than that is a lie. */
  count(max: number): number {
    const count = this.uint32();
    if (count > max) throw new ProtocolError(`array of ${count} elements, at most ${max} are allowed`);
    if (count > this.remaining / 4) throw new ProtocolError(`array of ${count} elements in ${this.remaining} bytes`);
    return count;
  }

  end(): void {
    if (this.remaining > 0) throw new ProtocolError(`${this.remaining} bytes after the end of the message`);
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length > this.remaining)
      throw new ProtocolError(`${length} bytes expected at byte ${start}, ${this.remaining} left`);
    this.#offset = start + length;
    return start;
  }
}

const padded = (length: number): number => Math.ceil(length / 4) * 4;
