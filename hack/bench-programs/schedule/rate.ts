/** Turns that ended, a second: so many workers in a closed loop for so many seconds, each at least once. */
export async function closedLoop(inFlight: number, seconds: number, turn: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  let count = 0;
  const work = async (): Promise<void> => {
    do {
      await turn();
      count++;
    } while (performance.now() - begin < seconds * 1_000);
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return (count / (performance.now() - begin)) * 1_000;
}
