import type { Option } from "commander";
import { ROLES } from "../../../resources/roles.ts";
import { type Completion, plain } from "./candidate.ts";
import { contextNames } from "./live-names.ts";
import { type Asked, namesOf, objects } from "./object-words.ts";

/** What the value of a flag completes to: by its own name, by its placeholder, or by what its help lists. */
export function optionValues(option: Option, asked: Asked): Completion | Promise<Completion> {
  const placeholder = /[<[]([^>\]]+)[>\]]$/.exec(option.flags)?.[1] ?? "";
  const byName = BY_NAME[option.long ?? ""] ?? BY_PLACEHOLDER[placeholder.toLowerCase()];
  if (byName) return byName(asked);
  if (/^[a-z]+(\|[a-z]+)+$/.test(placeholder)) return plain(placeholder.split("|"));
  return plain(wordsOfHelp(option));
}

type Complete = (asked: Asked) => Completion | Promise<Completion>;

const BY_NAME: Readonly<Record<string, Complete>> = {
  "--namespace": (asked) => namesOf("ns", asked),
  "--context": contextNames,
  "--types": () => plain(["Normal", "Warning"]),
  "--role": () => plain([...Object.keys(ROLES), "node:"]),
};

const BY_PLACEHOLDER: Readonly<Record<string, Complete>> = {
  file: () => "files",
  dir: () => "folders",
  "kind/name": (asked) => objects({ ...asked, positionals: [] }),
  state: () => plain(["condition=", "jsonpath=", "delete", "create"]),
  boolean: () => plain(["true", "false"]),
};

/** Words that stand for themselves wherever a help text lists them: formats, modes. */
const SELF = [
  ...["wide", "json", "yaml", "name", "jsonpath=", "jsonpath-file=", "custom-columns=", "custom-columns-file="],
  ...["client", "cluster", "server", "background", "foreground", "orphan", "merge", "strategic"],
];

const wordsOfHelp = ({ description }: Option): readonly string[] =>
  SELF.filter((word) => new RegExp(`(^|[ ,(])${word.replace("=", "=…")}($|[ ,;:).])`).test(description));
