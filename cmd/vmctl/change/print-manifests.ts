import type { Manifest } from "../../../apply/manifest.ts";
import type { ChangeReport } from "./change-report.ts";

/** What a dry run that asks no cluster can say: the manifests are valid, and this is what they hold. */
export async function printManifests(
  manifests: readonly Manifest[],
  done: string,
  report: ChangeReport,
): Promise<void> {
  for (const { kind, object } of manifests) report.add({ kind, name: object.metadata.name }, done, object);
  await report.end();
}
