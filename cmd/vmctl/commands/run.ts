import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import type { Manifest } from "../../../apply/manifest.ts";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { UID_PATTERN } from "../../../resources/meta.ts";
import { readPlacementQuery } from "../../../resources/placement-query.ts";
import { validateManifest } from "../../../resources/validate.ts";
import { UsageError } from "../../config/usage-error.ts";
import { applyManifests, manifestLabel } from "../change/apply-manifests.ts";
import { invalidManifests } from "../change/read-manifests.ts";
import { CommandFailure } from "../command-failure.ts";
import { fieldManager } from "../connection/field-manager.ts";
import { withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { formatDocument } from "../output/format-document.ts";
import { instanceOfQuery } from "../run/instance-of-query.ts";
import type { RunFlags } from "./run-command.ts";

/** The words of the command. */
export interface RunWords {
  readonly request: string;
  readonly imageUrl: string | undefined;
}

export async function runRun(words: RunWords, flags: RunFlags, command: Command): Promise<void> {
  const format = outputFormat(flags);
  const { namespace } = command.opts<{ namespace?: string }>();
  const manifest = manifestOf(words, flags.name ?? `run-${randomBytes(4).toString("hex")}`, namespace);
  if (flags.dryRun !== undefined) return print(manifest, format);
  await withSession(command, async (session) => {
    const manager = await fieldManager(session.connection, flags.fieldManager);
    const metadata = { ...manifest.object.metadata, namespace: session.connection.namespace };
    const placed = { ...manifest, object: { ...manifest.object, metadata } };
    await applyManifests(session, { store: session.store, clock: session.clock, manager }, [placed]);
  });
}

type Format = "line" | "yaml" | "json" | "name";

function outputFormat({ dryRun, output }: RunFlags): Format {
  if (dryRun === "cluster" || dryRun === "server")
    throw new UsageError(
      `--dry-run=${dryRun}: pipe it into diff: vmctl run … --dry-run=client -o yaml | vmctl diff -f -`,
    );
  if (dryRun !== undefined && dryRun !== true && dryRun !== "client")
    throw new UsageError(`--dry-run=${dryRun}: only client is offered here`);
  if (output === undefined) return "line";
  if (dryRun === undefined) throw new UsageError("-o is for --dry-run=client: run prints a line");
  if (output === "yaml" || output === "json" || output === "name") return output;
  const known = ["yaml", "json", "name"];
  throw new UsageError(`-o ${output}: one of ${known.join(", ")} expected${didYouMean(output, known)}`);
}

/** UsageError, or CommandFailure with status 2, for a request that cannot be taken as a whole. */
function manifestOf({ request, imageUrl }: RunWords, name: string, namespace: string | undefined): Manifest {
  refuseOtherForms(request, imageUrl);
  const read = readPlacementQuery(request);
  if (!read.ok) throw refusedRequest(read.faults);
  const placeOf = () => ({ file: "request" });
  const verdict = validateManifest(instanceOfQuery({ query: read.query, text: request, name, namespace, imageUrl }));
  if (!verdict.ok) throw invalidManifests(verdict.problems.map((problem) => ({ ...problem, place: placeOf() })));
  return { kind: verdict.kind, object: verdict.object, placeOf };
}

function refusedRequest(problems: readonly string[]): Error {
  if (problems.length === 1) return new UsageError(`${problems[0]}`);
  const options = { reason: "Usage", lines: [...problems], details: { problems } };
  return new CommandFailure(EXIT.usage, `${problems.length} parts of the request cannot be taken`, options);
}

/** eschedule had more forms, told apart by its first argument. */
function refuseOtherForms(request: string, imageUrl: string | undefined): void {
  if (request === "destroy")
    throw new UsageError(`run only makes instances; did you mean delete instance ${imageUrl ?? "NAME"}?`);
  if (new RegExp(UID_PATTERN).test(request))
    throw new UsageError(`run only makes instances; did you mean get instances ${request}?`);
  if (imageUrl !== undefined && !/^https?:\/\//.test(imageUrl))
    throw new UsageError(
      `"${imageUrl}" is no http or https URL of an image; a file goes into a manifest: spec.image.source.file`,
    );
}

async function print(manifest: Manifest, format: Format): Promise<void> {
  const label = manifestLabel(manifest);
  if (format === "line") process.stdout.write(`${label} valid (dry run)\n`);
  else if (format === "name") process.stdout.write(`${label}\n`);
  else {
    const { apiVersion, kind, metadata, ...rest } = manifest.object;
    process.stdout.write(await formatDocument({ apiVersion, kind, metadata, ...rest }, format));
  }
}
