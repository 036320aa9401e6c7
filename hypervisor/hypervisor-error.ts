import { CodedError } from "../runtime/errors.ts";

/**
 * `terminal` in the comment: retrying cannot help until the spec or the host changes.
 * The code is also the reason shown in conditions.
 */
export type HypervisorErrorCode =
  | "LibvirtUnreachable" // retried
  | "LibvirtFailed" // retried: libvirt answered with an error that means nothing of its own to us
  | "Timeout" // retried
  | "NameTaken" // terminal: a domain that is not ours has the wanted name or uuid
  | "NetworkNotFound" // retried: somebody may create it
  | "BridgeNotFound" // retried
  | "ImageNotFound" // retried slowly: 404, missing file
  | "ImageUnreachable" // retried
  | "ImageTruncated" // retried
  | "ImageInvalid" // terminal: not of the format, has a backing file of its own
  | "ImageTooLarge" // terminal: virtual size above resources.disk
  | "ImageForbidden" // terminal: file outside the directories this host allows
  | "ChecksumMismatch" // terminal
  | "DiskFull" // retried
  | "DiskShrink" // terminal
  | "StillRunning" // retried: asked for something that needs a stopped domain
  | "NotDefined" // retried: the plan looks again
  | "RecordUnreadable" // retried: an administrator may mend what this host keeps about the machine
  | "DefineRefused" // terminal: libvirt does not accept the domain
  | "StartFailed"; // retried with back-off

export class HypervisorError extends CodedError {
  declare readonly code: HypervisorErrorCode;
  readonly terminal: boolean;
  constructor(code: HypervisorErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.terminal = TERMINAL.has(code);
  }
}

const TERMINAL: ReadonlySet<HypervisorErrorCode> = new Set([
  "NameTaken",
  "ImageInvalid",
  "ImageTooLarge",
  "ImageForbidden",
  "ChecksumMismatch",
  "DiskShrink",
  "DefineRefused",
]);

export const isHypervisorError = (error: unknown): error is HypervisorError => error instanceof HypervisorError;
