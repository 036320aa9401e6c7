import { decodeFrame, type Frame, headerSize, maxFrameSize } from "./frame.ts";
import { ProtocolError } from "./protocol-error.ts";

/**
 * Cuts a byte stream into frames. Memory held is what arrived and was not yet delivered, never what a length word
 * promises. After it threw ProtocolError the stream has no frame boundaries any more: drop the connection.
 */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #held = 0;

  /** The frames that are complete with this chunk, in order. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: Frame[] = [];
    for (let bytes = this.#cut(); bytes; bytes = this.#cut()) frames.push(decodeFrame(bytes));
    return frames;
  }

  #cut(): Buffer | undefined {
    if (this.#held < 4) return undefined;
    const length = this.#nextLength();
    if (length < headerSize || length > maxFrameSize) throw new ProtocolError(`frame length ${length}`);
    if (this.#held < length) return undefined;
    const all = this.#joined();
    this.#chunks = all.length > length ? [all.subarray(length)] : [];
    this.#held -= length;
    return all.subarray(0, length);
  }

  #nextLength(): number {
    const first = this.#chunks[0];
    return (first && first.length >= 4 ? first : this.#joined()).readUInt32BE(0);
  }

  // Called when a frame is complete, or for the first four bytes: a large frame is joined once, not once per chunk.
  #joined(): Buffer {
    const [first] = this.#chunks;
    const all = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
