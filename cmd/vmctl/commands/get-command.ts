import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import { addFileFlags, type FileFlags } from "../select/file-flags.ts";

export interface GetFlags extends FileFlags {
  readonly output?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly sortBy?: string;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  readonly headers: boolean;
  readonly showKind?: boolean;
  readonly showManagedFields?: boolean;
  readonly showSecrets?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly watch?: boolean;
  readonly watchOnly?: boolean;
  readonly outputWatchEvents?: boolean;
  readonly live?: boolean;
  readonly chunkSize?: string;
}

const EXAMPLES = `
Examples:
  vmctl get instances                        in the namespace of the context
  vmctl get all -A -o wide                   in all namespaces, with reason, uid, image, generation
  vmctl get instances -w                     one line per change, until Ctrl-C
  vmctl get instances --live                 the table itself, kept up to date
  vmctl get instance web-1 -o yaml           as a manifest, with its status
  vmctl get instance 6b1f0c9e                by the beginning of its uid
  vmctl get instances -l 'app=web,tier in (front,edge),!old'
  vmctl get instances --field-selector status.phase=Running,status.hypervisor!=host-1
  vmctl get hypervisors --sort-by=.status.capacity.memory
  vmctl get instance/web-1 image/debian      single objects of several kinds
  vmctl get -f instances/ -R                 what manifests name
  vmctl get instances -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.status.addresses[0].ip}{"\\n"}{end}'
  vmctl get instances -o custom-columns=NAME:.metadata.name,IMAGE:.spec.image.name`;

export function registerGet(program: Command): void {
  const command = program
    .command("get [kind] [names...]")
    .description(
      "List objects, or show some by name or uid. KIND is a plural, singular or short name, a category or several with " +
        "commas between; see api-resources.",
    );
  addChoosing(command);
  addPrinting(command);
  addWatching(command);
  command
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string | undefined, names: string[], flags: GetFlags, self: Command) => {
      const { runGet } = await import("./get.ts");
      await runGet(kind === undefined ? [] : [kind, ...names], flags, self);
    });
  addClientFlags(command);
}

function addChoosing(command: Command): void {
  addFileFlags(command)
    .option("-A, --all-namespaces", "the objects of all namespaces")
    .option("-l, --selector <labels>", "only with these labels: a=b, a!=b, a in (x,y), a notin (z), a, !a")
    .option("--field-selector <fields>", "only with these fields: status.phase=Running, spec.hostname!=web")
    .option("--sort-by <path>", "in the order of a field: .metadata.creationTimestamp")
    .option("--ignore-not-found", "a missing name is no failure")
    .option("--chunk-size <n>", "as in kubectl; large lists are always read in pages");
}

function addPrinting(command: Command): void {
  command
    .option(
      "-o, --output <format>",
      "wide, json, yaml, name, jsonpath=…, jsonpath-file=…, custom-columns=…, custom-columns-file=…",
    )
    .option("--show-labels", "a column with all labels")
    .option("-L, --label-columns <keys>", "a column for each of these labels", collect)
    .option("--no-headers", "rows only")
    .option("--show-kind", "names with their kind")
    .option("--show-secrets", "with -o json and the like: Secrets in clear, for who may read the vault (role admin)")
    .option("--show-managed-fields", "with -o json and the like: also who set which field");
}

function addWatching(command: Command): void {
  command
    .option("-w, --watch", "after that, print a line for each change until interrupted")
    .option("--watch-only", "only the changes from now on")
    .option("--output-watch-events", "with -w: say for each whether it was ADDED, MODIFIED or DELETED")
    .option("--live", "keep the table up to date in place, on a terminal");
}

const collect = (keys: string, before: readonly string[] = []): string[] => [
  ...before,
  ...keys.split(",").filter((key) => key !== ""),
];
