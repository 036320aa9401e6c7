import { Etcd3 } from "etcd3";
import type { EtcdServer } from "../../../test/support/etcd.ts";

const VALUE = "x".repeat(1_000);

export const IN_FLIGHT = [1, 16, 64] as const;
export type RawWrites = Readonly<Record<(typeof IN_FLIGHT)[number], number>>;

/** Puts of 1,000 bytes a second by the bare client: one connection, as many in flight as the key says. */
export async function rawWrites(server: EtcdServer, seconds: number): Promise<RawWrites> {
  const client = new Etcd3({ hosts: server.endpoint });
  try {
    await rate(client, 16, 0.5);
    const one = await rate(client, 1, seconds);
    return { 1: one, 16: await rate(client, 16, seconds), 64: await rate(client, 64, seconds) };
  } finally {
    client.close();
  }
}

async function rate(client: Etcd3, inFlight: number, seconds: number): Promise<number> {
  const begin = performance.now();
  const until = begin + seconds * 1_000;
  let count = 0;
  const write = async (): Promise<void> => {
    while (performance.now() < until) await client.put(`/raw/${count++ % 10_000}`).value(VALUE);
  };
  await Promise.all(Array.from({ length: inFlight }, write));
  return (count / (performance.now() - begin)) * 1_000;
}
