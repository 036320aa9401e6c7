/** x86: no interrupts, halt, and again should one get through. */
const HALT = [0xfa, 0xf4, 0xeb, 0xfd];

/** A disk of one MiB whose boot sector halts at once. */
export function haltingDisk(): Buffer {
  const disk = Buffer.alloc(1 << 20);
  disk.set(HALT);
  disk.set([0x55, 0xaa], 510);
  return disk;
}

/** In the place of a BIOS: halts at the first instruction, which is 16 bytes before the end. */
export function haltingFirmware(): Buffer {
  const rom = Buffer.alloc(1 << 16);
  rom.set(HALT, rom.length - 16);
  return rom;
}
