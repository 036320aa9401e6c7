import { didYouMean } from "../../../resources/did-you-mean.ts";
import { UsageError } from "../../config/usage-error.ts";
import { BASH_SCRIPT } from "../complete/bash-script.ts";
import { FISH_SCRIPT } from "../complete/fish-script.ts";
import { ZSH_SCRIPT } from "../complete/zsh-script.ts";

const SCRIPTS = new Map([
  ["bash", BASH_SCRIPT],
  ["zsh", ZSH_SCRIPT],
  ["fish", FISH_SCRIPT],
]);

/** UsageError for a shell there is no script for. */
export function runCompletion(shell: string): void {
  const script = SCRIPTS.get(shell);
  const known = [...SCRIPTS.keys()];
  if (script === undefined) throw new UsageError(`${shell}: one of ${known.join(", ")}${didYouMean(shell, known)}`);
  process.stdout.write(script);
}
