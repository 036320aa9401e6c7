/** FNV-1a, 32 bits: many pairs are hashed for each decision, and nobody gains by guessing. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Equal hosts are taken in an order that differs per instance, so equals spread. `seed`: hashOf the instance's uid. */
export function tieBreak(seed: number, host: string): number {
  // FNV alone keeps the order of names that differ in their last letter; this finish of MurmurHash3 does not.
  let mixed = seed ^ hashOf(host);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
