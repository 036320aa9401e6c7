import { CodedError } from "../../../runtime/errors.ts";

/** The peer sent bytes that the protocol does not allow. Nothing of the message was used. */
export class ProtocolError extends CodedError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("LIBVIRT_PROTOCOL", message, options);
  }
}
