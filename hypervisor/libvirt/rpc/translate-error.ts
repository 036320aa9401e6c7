import { LibvirtError } from "./libvirt-error.ts";
import type { ProtocolError } from "./protocol-error.ts";
import { domainRef, networkRef } from "./wire-refs.ts";
import { decode, int32, optional, string, struct } from "./xdr-codec.ts";

/** remote_error: the body of every reply whose status is "error". */
export const remoteError = struct({
  code: int32,
  domain: int32,
  message: optional(string),
  level: int32,
  dom: optional(domainRef),
  str1: optional(string),
  str2: optional(string),
  str3: optional(string),
  int1: int32,
  int2: int32,
  net: optional(networkRef),
});

/** The one place where an error on the wire becomes an error of ours. */
export function translateError(procedure: string, body: Buffer): LibvirtError | ProtocolError {
  try {
    const error = decode(remoteError, body);
    const { domain, level } = error;
    return new LibvirtError(procedure, { number: error.code, domain, level, message: error.message ?? "no message" });
  } catch (cause) {
    return cause as ProtocolError;
  }
}
