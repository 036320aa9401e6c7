/** Writes XDR (RFC 4506) into one growing message. */
export class XdrWriter {
  #bytes = Buffer.alloc(256);
  #length = 0;

  int32(value: number): void {
    const at = this.#grow(4);
    this.#bytes.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.#grow(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  uint64(value: bigint): void {
    const at = this.#grow(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }

  double(value: number): void {
    const at = this.#grow(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  opaque(bytes: Buffer): void {
    const start = this.#grow(Math.ceil(bytes.length / 4) * 4);
    bytes.copy(this.#bytes, start);
  }

  string(value: string): void {
    const bytes = Buffer.from(value, "utf8");
    this.uint32(bytes.length);
    this.opaque(bytes);
  }

  /** What was written so far. The writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  // May replace #bytes: call it before touching them. Fresh space is zero, which is what XDR wants as padding.
  #grow(length: number): number {
    const start = this.#length;
    this.#length = start + length;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    return start;
  }
}
