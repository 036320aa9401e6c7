import type { Command } from "commander";
import { collect } from "../../config/collect.ts";
import { addChangeFlags, type ChangeFlags } from "../change/change-flags.ts";
import { addClientFlags } from "../connection/client-flags.ts";

export interface PatchFlags extends ChangeFlags {
  readonly patch?: string;
  readonly patchFile?: string;
  readonly type?: string;
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl patch instance web-1 -p '{"spec": {"resources": {"vcpu": 4}}}'
  vmctl patch instance/web-1 -p 'spec: {hostname: null}'               null takes a field away
  vmctl patch vm web-1 web-2 --patch-file larger.yaml --dry-run=cluster
  vmctl patch image debian --type=json -p '[{"op": "remove", "path": "/metadata/finalizers/0"}]'
  vmctl patch vm web-1 --type=json -p '[{"op": "test", "path": "/spec/hostname", "value": "a"}, {"op": "remove", "path": "/spec/hostname"}]'

A merge patch replaces lists whole; json changes single items. With metadata.resourceVersion in a merge patch nothing is
changed unless it is still the present one; a test operation that fails is a conflict too (exit status 3).`;

export function registerPatch(program: Command): void {
  const command = program
    .command("patch [kind] [names...]")
    .description("Change fields of objects by a merge patch (RFC 7396) or a JSON patch (RFC 6902).")
    .option("-p, --patch <patch>", "the patch, as JSON or YAML")
    .option("--patch-file <file>", "a file that holds it")
    .option("--type <type>", "merge or json", "merge")
    .option("-f, --filename <file>", "the objects that these manifests name; may be repeated", collect)
    .option("-R, --recursive", "with -f: directories below directories too");
  addChangeFlags(command)
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string | undefined, names: string[], flags: PatchFlags, self: Command) => {
      const { runPatch } = await import("./patch.ts");
      await runPatch(kind === undefined ? [] : [kind, ...names], flags, self);
    });
  addClientFlags(command);
}
