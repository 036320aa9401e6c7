import { HypervisorError, type HypervisorErrorCode, isHypervisorError } from "../hypervisor-error.ts";
import { CallTimeoutError, ConnectionLostError } from "./rpc/call-error.ts";
import { HandshakeError } from "./rpc/handshake.ts";
import { isLibvirtError, LibvirtError } from "./rpc/libvirt-error.ts";
import { ProtocolError } from "./rpc/protocol-error.ts";

/**
 * The one place where what a libvirt call throws becomes an error of the contract. `refused` is the code for an
 * answer that has no better one. What is not libvirt's (an abort, a bug) stays what it was.
 */
export function translateLibvirtError(error: unknown, doing: string, refused: HypervisorErrorCode): unknown {
  if (isHypervisorError(error)) return error;
  const code = codeOf(error, refused);
  if (!code) return error;
  return new HypervisorError(code, `${doing}: ${(error as Error).message}`, { cause: error });
}

function codeOf(error: unknown, refused: HypervisorErrorCode): HypervisorErrorCode | undefined {
  if (error instanceof CallTimeoutError) return "Timeout";
  if (error instanceof ConnectionLostError || error instanceof ProtocolError || error instanceof HandshakeError) {
    return "LibvirtUnreachable";
  }
  if (isLibvirtError(error, "NO_DOMAIN")) return "NotDefined";
  if (isLibvirtError(error, "NO_NETWORK")) return "NetworkNotFound";
  if (isLibvirtError(error, "OPERATION_TIMEOUT", "AGENT_COMMAND_TIMEOUT")) return "Timeout";
  return error instanceof LibvirtError ? refused : undefined;
}

/** Runs the calls and translates what they throw. */
export async function libvirtCall<T>(doing: string, refused: HypervisorErrorCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateLibvirtError(error, doing, refused);
  }
}
