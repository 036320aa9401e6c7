export interface Step {
  readonly weight: number;
}
export function sideBySide<S extends Step>(
  steps: readonly S[],
  capacity: number,
  run: (step: S, show: boolean) => Promise<() => void>,
): Promise<void>;
