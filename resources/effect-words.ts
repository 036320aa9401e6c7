import type { FieldEffect } from "./field-effect.ts";

/** What decides how a change of an instance's field comes about. */
export interface EffectContext {
  /** It has a host; what decides where it runs is settled. */
  readonly isBound: boolean;
  /** `spec.updatePolicy.recreate` is OnChange. */
  readonly recreatesOnChange: boolean;
}

/** `isHeld`: nothing happens until somebody asks for it by name (`vmctl restart`, `vmctl recreate`). */
export interface EffectWords {
  readonly text: string;
  readonly isHeld: boolean;
}

/**
 * The effect of a change in words, for people before they apply it. An instance that has no host yet has no guest
 * that could notice.
 */
export function effectWords(effect: FieldEffect, { isBound, recreatesOnChange }: EffectContext): EffectWords {
  if (!isBound || effect === "live") return { text: "live", isHeld: false };
  if (effect === "restart") return { text: "restart", isHeld: true };
  if (effect === "bound") return { text: "refused (bound to a hypervisor)", isHeld: true };
  return recreatesOnChange ? { text: "recreate", isHeld: false } : { text: "recreate (held back)", isHeld: true };
}
