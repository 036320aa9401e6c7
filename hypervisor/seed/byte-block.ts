/** A block of zero bytes to be filled in place, in the encodings of ISO 9660. Offsets are bytes from its start. */
export class ByteBlock {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  byte(at: number, value: number): this {
    this.bytes[at] = value;
    return this;
  }

  put(at: number, content: Uint8Array): this {
    this.bytes.set(content, at);
    return this;
  }

  ascii(at: number, text: string): this {
    return this.put(
      at,
      Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    );
  }

  little32(at: number, value: number): this {
    this.#view.setUint32(at, value, true);
    return this;
  }

  big32(at: number, value: number): this {
    this.#view.setUint32(at, value, false);
    return this;
  }

  /** Both byte orders, little first (ECMA-119 7.3.3): 8 bytes. */
  both32(at: number, value: number): this {
    return this.little32(at, value).big32(at + 4, value);
  }

  /** Both byte orders, little first (ECMA-119 7.2.3): 4 bytes. */
  both16(at: number, value: number): this {
    this.#view.setUint16(at, value, true);
    this.#view.setUint16(at + 2, value, false);
    return this;
  }
}
