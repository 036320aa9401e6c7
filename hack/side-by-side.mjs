// How hack/run-suites.mjs keeps two processors busy: one step's end, where a last file runs alone, is another's begin.

/**
 * Starts steps ({weight}) in their order, each as soon as what runs leaves room for its weight, or nothing runs. `run(step,
 * show)` resolves with a function that says how it went. One step at a time may speak while it runs (`show`); how the
 * others went is said once it is through.
 */
export async function sideBySide(steps, capacity, run) {
  const running = new Map();
  const untold = [];
  let shown;
  const room = () => [...running.keys()].reduce((left, { weight }) => left - weight, capacity);
  const follow = async (step) => {
    shown ??= step;
    const wasShown = shown === step;
    const tell = await run(step, wasShown);
    running.delete(step);
    if (wasShown) {
      shown = undefined;
      untold.unshift(tell);
    } else untold.push(tell);
    if (shown === undefined) for (const each of untold.splice(0)) each();
  };
  for (const step of steps) {
    while (running.size > 0 && step.weight > room()) await Promise.race(running.values());
    running.set(step, follow(step));
  }
  await Promise.all(running.values());
}
