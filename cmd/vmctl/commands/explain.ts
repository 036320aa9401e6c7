import type { Command } from "commander";
import { UsageError } from "../../config/usage-error.ts";
import { explainField } from "../explain/explain-field.ts";
import type { ExplainFlags } from "./explain-command.ts";

/** No kind is called so. */
const PLACEMENT = "placement";

export async function runExplain(words: readonly string[], flags: ExplainFlags, command: Command): Promise<void> {
  const [what = "", ...names] = words;
  if (what === PLACEMENT) {
    const { explainPlacement } = await import("./explain-placement.ts");
    return explainPlacement(names, flags, command);
  }
  if (flags.output !== undefined)
    throw new UsageError(
      "there is one version of every kind, explained for people: vmctl schema prints it for editors",
    );
  const ofPlacement = (["filename", "scores", "allHosts"] as const).find((flag) => flags[flag] !== undefined);
  if (names.length > 0 || ofPlacement)
    throw new UsageError(
      `one field at a time, such as instance.spec; of objects: vmctl explain placement ${names.join(" ") || "-f FILE"}`,
    );
  process.stdout.write(explainField(what, flags.recursive ?? false));
}
