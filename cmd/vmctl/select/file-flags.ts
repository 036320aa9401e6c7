import type { Command } from "commander";
import { collect } from "../../config/collect.ts";

export interface FileFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
}

/** Which manifests name the objects: `-f` and `-R`. */
export const addFileFlags = (command: Command): Command =>
  command
    .option("-f, --filename <file>", "what these manifests name; may be repeated, - is standard input", collect)
    .option("-R, --recursive", "with -f: directories below directories too");
