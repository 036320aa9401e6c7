/** How many members may go without asking, at least one: `25%` of all, or a number. `undefined` if it is neither. */
export function parsePruneLimit(text: string): ((members: number) => number) | undefined {
  const [, digits, percent] = /^(\d{1,9})(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const amount = Number(digits);
  if (!percent) return () => Math.max(1, amount);
  return amount > 100 ? undefined : (members) => Math.max(1, Math.floor((members * amount) / 100));
}
