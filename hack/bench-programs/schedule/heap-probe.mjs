// Loaded before a program of ours (node --expose-gc --import): at SIGUSR2 it tells its heap, after collecting garbage.
process.on("SIGUSR2", () => {
  for (let round = 0; round < 3; round++) globalThis.gc();
  process.stderr.write(`heap-probe ${JSON.stringify(process.memoryUsage())}\n`);
});
