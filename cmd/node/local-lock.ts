import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { CodedError } from "../../runtime/errors.ts";

/**
 * A lock that goes with the process, however it ends: an abstract unix socket. One per libvirt, so that two agents,
 * under whatever names, never drive one libvirt (architecture section 6). `LibvirtTaken` when it is held.
 */
export async function takeLocalLock(libvirt: string): Promise<{ release(): Promise<void> }> {
  const digest = createHash("sha256").update(libvirt).digest("hex").slice(0, 24);
  const server = createServer((socket) => socket.destroy());
  await listen(server, `\0vmctl-node-${digest}`, libvirt);
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(server: Server, path: string, libvirt: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken ? new CodedError("LibvirtTaken", `another vmctl node already drives ${libvirt} on this machine`) : error,
      );
    });
    server.listen(path, resolve);
  });
}
