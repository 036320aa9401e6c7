import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFrame, type Frame, frameStatus, frameType, program } from "../../../../hypervisor/libvirt/rpc/frame.ts";
import { FrameDecoder } from "../../../../hypervisor/libvirt/rpc/frame-decoder.ts";
import { eventually } from "../../../support/eventually.ts";

/** The server's side of one connection, moved by hand: says what no healthy libvirtd says. */
export class ScriptedPeer {
  readonly received: Frame[] = [];
  readonly socketPath: string;
  readonly #dir: string;
  readonly #server: Server;
  #socket: Socket | undefined;

  private constructor(dir: string, socketPath: string) {
    this.#dir = dir;
    this.socketPath = socketPath;
    this.#server = createServer((socket) => {
      const decoder = new FrameDecoder();
      this.#socket = socket;
      socket.on("data", (chunk: Buffer) => this.received.push(...decoder.push(chunk)));
      socket.on("error", () => {});
    });
  }

  static async start(): Promise<ScriptedPeer> {
    const dir = await mkdtemp(join(tmpdir(), "peer-"));
    const peer = new ScriptedPeer(dir, join(dir, "sock"));
    await once(peer.#server.listen(peer.socketPath), "listening");
    return peer;
  }

  /** The calls received so far, keep-alive messages not among them. */
  get calls(): readonly Frame[] {
    return this.received.filter((frame) => frame.program === program.remote);
  }

  get pings(): readonly Frame[] {
    return this.received.filter((frame) => frame.program === program.keepAlive);
  }

  async call(index: number): Promise<Frame> {
    return eventually(() => {
      const frame = this.calls[index];
      if (!frame) throw new Error(`${this.calls.length} calls so far`);
      return frame;
    });
  }

  answer(call: Frame, body: Buffer, status: number = frameStatus.ok): void {
    this.write(encodeFrame({ ...call, type: frameType.reply, status, body }));
  }

  write(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  cut(): void {
    this.#socket?.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#dir, { recursive: true, force: true });
  }
}
