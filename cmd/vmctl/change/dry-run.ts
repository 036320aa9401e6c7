import { UsageError } from "../../config/usage-error.ts";

export type DryRun = "client" | "cluster";

/** The value of --dry-run; kubectl's words. UsageError for another. */
export function parseDryRun(value: string | true | undefined): DryRun | undefined {
  if (value === undefined || value === "none") return undefined;
  if (value === true || value === "client") return "client";
  if (value === "cluster" || value === "server") return "cluster";
  throw new UsageError(`--dry-run=${value}: client, cluster or server`);
}
