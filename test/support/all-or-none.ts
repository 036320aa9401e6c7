type Server = { stop(): Promise<void> } | undefined;

/** Waits for all of them; when one does not start, the others are stopped. */
export async function allOrNone<T extends readonly Server[]>(
  starting: {
    readonly [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  const settled = await Promise.allSettled(starting as readonly Promise<Server>[]);
  const failed = settled.find((result) => result.status === "rejected");
  const started = settled.map((result) => (result.status === "fulfilled" ? result.value : undefined));
  if (!failed) return started as readonly Server[] as T;
  await Promise.all(started.map(async (server) => server?.stop()));
  throw failed.reason;
}
