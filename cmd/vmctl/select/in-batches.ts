/** Thousands of requests at once would wait for each other until their deadline. */
const AT_ONCE = 32;

/** The results in the order of the items, so many asked for at a time. */
export async function inBatches<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(ask))));
  }
  return results;
}
