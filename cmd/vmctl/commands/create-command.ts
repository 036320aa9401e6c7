import type { Command } from "commander";
import { collect } from "../../config/collect.ts";
import { addChangeFlags, type ChangeFlags } from "../change/change-flags.ts";
import { addClientFlags } from "../connection/client-flags.ts";
import { addManifestFlags, type ManifestFlags } from "./manifest-flags.ts";

export interface CreateFlags extends ManifestFlags, ChangeFlags {
  readonly fromLiteral?: readonly string[];
  readonly fromFile?: readonly string[];
}

const EXAMPLES = `
Examples:
  vmctl create -f instance.yaml
  vmctl create namespace team
  vmctl create secret registry --from-literal=username=me --from-file=password=password.txt
  vmctl create secret web --from-file=userData=user-data.yaml
  generate-manifests | vmctl create -f -
  vmctl create -f instances/ -R --dry-run=client      only says whether the files are valid
  vmctl create -f instance.yaml --dry-run=client -o yaml

An object that exists already is a failure; apply changes it instead.`;

export function registerCreate(program: Command): void {
  const command = program
    .command("create [words...]")
    .usage(
      "-f <file> [options]\n       vmctl create namespace <name> [options]\n       vmctl create secret <name> --from-file=[<key>=]<path> [options]",
    )
    .description("Create objects from manifests; those that exist already are left alone and a failure.");
  addManifestFlags(command);
  command
    .option("--from-literal <key=text>", "of a secret: a text; it stays in your shell's history", collect)
    .option("--from-file <path>", "of a secret: the text of a file, under its name or KEY=PATH", collect);
  addChangeFlags(
    command,
    "client: check the manifests, ask no cluster; cluster (or server): judge it all, write nothing",
  )
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], flags: CreateFlags, self: Command) => {
      const { runCreate } = await import("./create.ts");
      await runCreate(words, flags, self);
    });
  addClientFlags(command);
}
