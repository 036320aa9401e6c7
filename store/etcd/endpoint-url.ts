import { StoreError } from "../store-error.ts";

export interface EndpointUrl {
  /** `http://127.0.0.1:2379` */
  readonly url: string;
  readonly secure: boolean;
}

/** Refuses what is neither loopback nor TLS, unless `insecure` says that this is meant. */
export function parseEndpoints(endpoints: readonly string[], insecure: boolean): EndpointUrl[] {
  if (endpoints.length === 0) throw new StoreError("Invalid", "no etcd endpoint given");
  const parsed = endpoints.map(parseEndpoint);
  for (const { url, secure, host } of parsed) {
    if (!secure && !insecure && !isLoopback(host)) {
      throw new StoreError(
        "Invalid",
        `etcd endpoint ${url} is neither TLS nor on this machine: everything, keys to guests included, would cross the network in the clear. Use https://, or --insecure-etcd if that is meant`,
      );
    }
  }
  if (new Set(parsed.map(({ secure }) => secure)).size > 1) {
    throw new StoreError("Invalid", "etcd endpoints mix http and https");
  }
  return parsed.map(({ url, secure }) => ({ url, secure }));
}

function parseEndpoint(text: string): EndpointUrl & { host: string } {
  const match = /^(?:(https?):\/\/)?(\[[0-9a-fA-F:.]+\]|[^/:[\]\s]+)(?::(\d{1,5}))?\/?$/.exec(text);
  const host = match?.[2];
  if (!match || host === undefined) {
    throw new StoreError("Invalid", `"${text}" is not an etcd endpoint (https://host:2379)`);
  }
  const scheme = match[1] ?? "http";
  return { url: `${scheme}://${host}:${match[3] ?? "2379"}`, secure: scheme === "https", host };
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
