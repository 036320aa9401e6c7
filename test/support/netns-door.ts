import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:net";

/** Listens in the namespace and hands the socket over: who accepts on it need not be in that namespace. */
const OPENER = `
const server = require("node:net").createServer();
server.listen(Number(process.argv[1]), "127.0.0.1", () => process.send("open", server, () => process.exit()));
`;

/** A server of this process on 127.0.0.1:`port` of a network namespace. The caller closes it. */
export async function listenInNetns(netns: string, port: number): Promise<Server> {
  const command = ["netns", "exec", netns, process.execPath, "-e", OPENER, String(port)];
  const child = spawn("ip", command, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const opened = new Promise<Server>((resolve, reject) => {
    child.once("message", (_, handle) => resolve(handle as Server));
    child.once("exit", (code) => reject(new Error(`nobody listens on port ${port} of ${netns}: exit ${code}`)));
  });
  const server = await opened;
  await ended;
  return server;
}
