import { HypervisorError, isHypervisorError } from "../../hypervisor-error.ts";
import { ProgramError } from "./run-program.ts";

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/**
 * The one place where a failed system call or qemu-img becomes an error of the contract. qemu-img tells why in words
 * only (run under LC_ALL=C). What is not known here stays what it was: a bug, or an abort.
 */
export function translateDiskError(error: unknown, doing: string): unknown {
  if (isHypervisorError(error)) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const full =
    FULL.has(code ?? "") || (error instanceof ProgramError && /No space left|quota exceeded/i.test(error.stderr));
  if (full) return new HypervisorError("DiskFull", `${doing}: no space left on the host's disk`, { cause: error });
  if (error instanceof ProgramError && code === "ProgramTimeout") {
    return new HypervisorError("Timeout", `${doing}: ${error.message}`, { cause: error });
  }
  return error;
}
