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

/** How a set brings a change of its template to its instances. */
export interface RolloutContext {
  /** `spec.updateStrategy.type` is OnDelete. */
  readonly onDelete: boolean;
  /** `updatePolicy.recreate` of the template is OnChange. */
  readonly recreatesOnChange: boolean;
}

/** The effect of a changed field of a template: what becomes of each instance, in its turn. */
export function templateEffectWords(effect: FieldEffect, { onDelete, recreatesOnChange }: RolloutContext): EffectWords {
  if (onDelete) return { text: "for instances made again (updateStrategy OnDelete)", isHeld: true };
  if (effect === "live") return { text: "live", isHeld: false };
  if (effect === "restart") return { text: "rolls out: each instance restarts", isHeld: false };
  const what = effect === "bound" ? "replaced" : "recreated";
  if (recreatesOnChange) return { text: `rolls out: each instance is ${what}`, isHeld: false };
  return { text: `held back: each instance would have to be ${what}`, isHeld: true };
}
