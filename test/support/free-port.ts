import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below Linux' ephemeral range (32768 up): no connection that somebody opens meanwhile is given one of these. */
const FIRST = 12_000;
const LAST = 32_000;
const ATTEMPTS = 50;

/** A TCP port of 127.0.0.1 that nobody listens on now, by chance: two who ask at once hardly get the same. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} to ${LAST} in ${ATTEMPTS} attempts`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
