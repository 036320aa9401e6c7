/** The smallest value that at least `share` of the values do not exceed (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The two that are told. */
export const spread = (values: readonly number[]): { readonly p50: number; readonly p95: number } => ({
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
});
