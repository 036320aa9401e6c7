import { CodedError } from "../../../runtime/errors.ts";
import { type ErrorCode, errorCodeName } from "./error-code.ts";

export interface LibvirtErrorFields {
  /** virErrorNumber. */
  readonly number: number;
  /** virErrorDomain: the part of libvirt that refused (10 = QEMU driver, 12 = test driver, 7 = RPC, …). */
  readonly domain: number;
  /** virErrorLevel: 1 warning, 2 error. */
  readonly level: number;
  readonly message: string;
}

/** libvirt answered "no" to this very call. `code` is the name in error-code.ts, or `ERROR_<number>`. */
export class LibvirtError extends CodedError {
  readonly procedure: string;
  readonly number: number;
  readonly domain: number;
  readonly level: number;

  constructor(procedure: string, fields: LibvirtErrorFields) {
    super(errorCodeName(fields.number), `${procedure}: ${fields.message}`);
    this.procedure = procedure;
    this.number = fields.number;
    this.domain = fields.domain;
    this.level = fields.level;
  }
}

/** True for a LibvirtError with one of these codes; for anything else false. */
export const isLibvirtError = (error: unknown, ...codes: readonly ErrorCode[]): error is LibvirtError =>
  error instanceof LibvirtError && (codes as readonly string[]).includes(error.code);
