import type { Cascade } from "../../resources/status-record.ts";

/** One object that names an owner in deletion. */
export interface Dependent {
  readonly tail: string;
  /** `instance/web-1`, for people. */
  readonly label: string;
  /** Asked to go already, or on record. */
  readonly isDeleted: boolean;
  readonly isProtected: boolean;
  /** Another owner of it is not known to go. */
  readonly isHeld: boolean;
  /** The reference says that the owner has to wait for it (foreground). */
  readonly blocks: boolean;
  /** It owns the owner itself: to wait for each other would be for ever. */
  readonly isAncestor: boolean;
  /** Why nothing can be decided about it (S8). */
  readonly unreadable?: string | undefined;
}

/** What the deletion of an owner means for one dependent. */
export type CascadeStep =
  | { readonly do: "delete" | "release"; readonly dependent: Dependent }
  | { readonly do: "wait"; readonly dependent: Dependent; readonly because: string };

/**
 * The steps that are left; none: the owner may go. Pure; a dependent goes because its owner's deletion is on record,
 * never because an owner is missing.
 */
export function planCascade(mode: Cascade, dependents: readonly Dependent[]): CascadeStep[] {
  return dependents.flatMap((dependent) => stepFor(mode, dependent) ?? []);
}

function stepFor(mode: Cascade, dependent: Dependent): CascadeStep | undefined {
  if (dependent.unreadable !== undefined) return { do: "wait", dependent, because: dependent.unreadable };
  if (dependent.isDeleted) {
    if (mode !== "foreground" || !dependent.blocks || dependent.isAncestor) return undefined;
    return { do: "wait", dependent, because: "is being deleted" };
  }
  if (mode === "orphan" || dependent.isHeld) return { do: "release", dependent };
  if (dependent.isProtected) return { do: "wait", dependent, because: "is protected: spec.deletionProtection" };
  return { do: "delete", dependent };
}

const SHOWN = 10;

/** `instance/a (is being deleted), instance/b`; long lists are cut. */
export function listWaits(steps: readonly CascadeStep[]): string {
  const words = steps.map((step) =>
    step.do === "wait" ? `${step.dependent.label} (${step.because})` : step.dependent.label,
  );
  const more = words.length > SHOWN ? ` and ${words.length - SHOWN} more` : "";
  return `${words.slice(0, SHOWN).join(", ")}${more}`;
}
