import type { ApplyReport } from "../../../apply/apply-set.ts";
import { CodedError } from "../../../runtime/errors.ts";
import { StoreError } from "../../../store/store-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { explainStoreFailure } from "../connection/explain-store-failure.ts";
import { EXIT } from "../exit-code.ts";

/**
 * What the whole set came to, when not all of it was applied: the store's failure if there was one, else how many
 * were refused. Conflict if that is all there was: somebody else wrote meanwhile.
 */
export function applyFailure(
  reports: readonly ApplyReport[],
  endpoints: readonly string[],
): CommandFailure | undefined {
  const failed = reports.filter(({ result }) => NOT_APPLIED.includes(result));
  if (failed.length === 0) return undefined;
  const count = `${failed.length} of ${reports.length} not applied`;
  for (const report of failed) {
    if (report.result !== "failed" || !(report.error instanceof StoreError)) continue;
    const { exitCode, message } = explainStoreFailure(report.error, endpoints);
    return new CommandFailure(exitCode, `${count}: ${message}`, { cause: report.error });
  }
  return new CommandFailure(failed.every(isConflict) ? EXIT.conflict : EXIT.failed, count);
}

const NOT_APPLIED: readonly ApplyReport["result"][] = ["refused", "failed", "conflict"];

function isConflict(report: ApplyReport): boolean {
  if (report.result === "conflict") return true;
  if (report.result === "failed") return report.error instanceof CodedError && report.error.code === "Conflict";
  return report.result === "refused" && report.problem.path.join(".") === "metadata.resourceVersion";
}
