import { CodedError } from "../../../runtime/errors.ts";
import { connectProcedures as procedures } from "./connect-procedures.ts";
import type { CallOptions } from "./pending-call.ts";
import type { RpcChannel } from "./rpc-channel.ts";

/** virDrvFeature, the two that concern a client. */
const feature = { keepAlive: 10, eventCallbacks: 14 } as const;
const auth = { none: 0, polkit: 2 } as const;
const openReadOnly = 1;

/** libvirt wants a way to authenticate that this client does not have, or is too old. */
export class HandshakeError extends CodedError {
  constructor(message: string) {
    super("LIBVIRT_HANDSHAKE", message);
  }
}

export interface HandshakeOptions {
  readonly uri: string;
  readonly readOnly: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Authenticates, agrees on keep-alive, opens the driver; the order is libvirt's: keep-alive before the driver. */
export async function handshake(channel: RpcChannel, { uri, readOnly, signal }: HandshakeOptions): Promise<void> {
  const options: CallOptions = { signal };
  await authenticate(channel, options);
  if (await supports(channel, feature.keepAlive, options)) channel.startKeepAlive();
  await channel.call(procedures.open, { name: uri, flags: readOnly ? openReadOnly : 0 }, options);
  if (!(await supports(channel, feature.eventCallbacks, options)))
    throw new HandshakeError("libvirt is too old: it cannot name the registration of an event");
}

// The question itself matters: libvirtd lets root in by it when the socket is set to polkit.
async function authenticate(channel: RpcChannel, options: CallOptions): Promise<void> {
  const { types } = await channel.call(procedures.authList, {}, options);
  if (types.includes(auth.none)) return;
  if (!types.includes(auth.polkit)) throw new HandshakeError(`libvirt offers only authentication types ${types}`);
  const { complete } = await channel.call(procedures.authPolkit, {}, options);
  if (!complete) throw new HandshakeError("polkit did not grant access to libvirt");
}

async function supports(channel: RpcChannel, number: number, options: CallOptions): Promise<boolean> {
  return (await channel.call(procedures.supportsFeature, { feature: number }, options)).supported;
}
