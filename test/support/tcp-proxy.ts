import { connect, createServer, type Server, type Socket } from "node:net";

type Direction = "toServer" | "toClient";

/** A TCP proxy on 127.0.0.1 that can misbehave in each way a network does. */
export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #pairs = new Set<{ readonly client: Socket; readonly target: Socket }>();
  readonly #silenced = new Set<Direction>();
  #refusing = false;
  #delayMs = 0;
  #cutAfter: { readonly direction: Direction; bytes: number } | undefined;
  #lostBytes = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    server.on("connection", (client: Socket) => this.#onConnection(client));
  }

  static start(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: false });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(new TcpProxy(server, targetPort)));
    });
  }

  /** The same behind a server that listens already, for example in another network namespace. */
  static behind(server: Server, targetPort: number): TcpProxy {
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    const address = this.#server.address();
    if (!address || typeof address === "string") throw new Error("the proxy is closed");
    return address.port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** How much silence() threw away so far. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  /** Ends every connection now; new ones are accepted. */
  cut(): void {
    for (const { client, target } of this.#pairs) {
      client.destroy();
      target.destroy();
    }
  }

  /** Ends every connection after so many more bytes went that way: in the middle of something. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#cutAfter = { direction, bytes };
  }

  /** Cuts and accepts nothing until resume(). */
  suspend(): void {
    this.#refusing = true;
    this.cut();
  }

  /** Connections stay up and what goes that way is thrown away: a half-open link. Undone by resume() for new ones. */
  silence(...directions: Direction[]): void {
    for (const direction of directions) this.#silenced.add(direction);
  }

  /** Everything works again; connections that lost bytes are ended. */
  resume(): void {
    if (this.#silenced.size > 0) this.cut();
    this.#silenced.clear();
    this.#refusing = false;
  }

  /** Each chunk, in both directions, is held back so long. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #onConnection(client: Socket): void {
    if (this.#refusing) return void client.destroy();
    const target = connect({ host: "127.0.0.1", port: this.#targetPort });
    const pair = { client, target };
    this.#pairs.add(pair);
    this.#pipe(client, target, "toServer");
    this.#pipe(target, client, "toClient");
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on("close", end).on("error", end).setNoDelay(true);
  }

  #pipe(from: Socket, to: Socket, direction: Direction): void {
    from.on("data", (chunk: Buffer) => {
      if (this.#silenced.has(direction)) {
        this.#lostBytes += chunk.length;
        return;
      }
      const cut = this.#cutAfter;
      if (cut?.direction === direction) {
        cut.bytes -= chunk.length;
        if (cut.bytes < 0) {
          this.#cutAfter = undefined;
          to.write(chunk.subarray(0, chunk.length + cut.bytes), () => this.cut());
          return;
        }
      }
      const forward = (): void => void (to.destroyed || to.write(chunk));
      if (this.#delayMs > 0) setTimeout(forward, this.#delayMs);
      else forward();
    });
  }
}
