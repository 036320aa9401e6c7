import type { DataLayout } from "./data-layout.ts";
import type { UpState } from "./up-state.ts";

/** The last word of an `up`: which context it wrote, and from which one (`before`) everything without flags now turns. */
export function readyLine(
  { logs }: DataLayout,
  { settings, contextFile }: UpState,
  before: string | undefined,
): string {
  const context = `Context "${settings.contextName}" in ${contextFile}`;
  return `vmctl is up. ${context}${switched(settings.contextName, before)}; logs in ${logs}`;
}

function switched(name: string, before: string | undefined): string {
  if (before === name) return "";
  return before === undefined ? " is now current" : ` is now current (was "${before}")`;
}
