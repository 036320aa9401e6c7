import { existsSync } from "node:fs";
import { systemClock } from "../../runtime/clock.ts";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";
import { answers } from "./answers.ts";
import { startPrivateLibvirt } from "./private-libvirt.ts";
import { runTool } from "./run-tool.ts";

/** `private`: a libvirt that we started in the data directory. `none`: the hypervisors are simulated. */
export interface LibvirtChoice {
  readonly kind: "system" | "private" | "none";
  readonly socket: string;
}

const SOCKETS = ["/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock"] as const;
const UNITS = ["virtqemud.socket", "libvirtd.socket", "libvirtd.service"] as const;

export interface LibvirtWish {
  readonly socket: string | undefined;
  /** Where a private one would be, or is. */
  readonly privateDir: string;
  readonly usedPrivate: boolean;
}

/**
 * A libvirt that answers: the one named; what answers on the usual sockets; the installed service, started; where
 * there is no systemd, one of our own. A machine that once used its own keeps it: the guests are in there.
 */
export async function findLibvirt({ socket, privateDir, usedPrivate }: LibvirtWish): Promise<LibvirtChoice> {
  if (socket !== undefined) return named(socket);
  if (usedPrivate) return startPrivate(privateDir);
  const present = await firstAnswering();
  if (present) return { kind: "system", socket: present };
  return existsSync("/run/systemd/system") ? startService() : startPrivate(privateDir);
}

async function named(socket: string): Promise<LibvirtChoice> {
  if (await answers(socket)) return { kind: "system", socket };
  throw new CommandFailure(EXIT.failed, `no libvirt answers at ${socket}`);
}

async function startService(): Promise<LibvirtChoice> {
  for (const unit of UNITS) {
    const started = await runTool("systemctl", ["start", unit]).then(
      () => true,
      () => false,
    );
    const socket = started && (await firstAnswering(5_000));
    if (socket) return { kind: "system", socket };
  }
  throw new CommandFailure(
    EXIT.failed,
    "no libvirt answers, and none of its services could be started: systemctl status libvirtd",
  );
}

async function startPrivate(dir: string): Promise<LibvirtChoice> {
  return { kind: "private", socket: await startPrivateLibvirt(dir) };
}

async function firstAnswering(withinMs = 0): Promise<string | undefined> {
  const deadline = systemClock.monotonic() + withinMs;
  for (;;) {
    for (const socket of SOCKETS) if (await answers(socket)) return socket;
    if (systemClock.monotonic() >= deadline) return undefined;
    await systemClock.sleep(100);
  }
}
