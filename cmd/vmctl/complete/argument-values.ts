import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Instance } from "../../../resources/instance.ts";
import { InstanceSet } from "../../../resources/instance-set.ts";
import { VERBS } from "../auth/needs.ts";
import type { Completion } from "./candidate.ts";
import { plain } from "./candidate.ts";
import { fieldPaths } from "./field-paths.ts";
import { contextNames } from "./live-names.ts";
import { type Asked, kindWords, namesOf, objects } from "./object-words.ts";

type Complete = (asked: Asked) => Completion | Promise<Completion>;

/**
 * What an argument completes to, by the name it has in its command: whoever names it well need not do more. A test
 * holds that every argument of every command is here.
 */
export const ARGUMENT_VALUES: Readonly<Record<string, Complete>> = {
  kind: (asked) => (asked.current.includes("/") ? objects(asked) : kindWords(asked)),
  names: (asked) => {
    const [first = ""] = asked.positionals;
    return first.includes("/") ? objects(asked) : namesOf(first, asked);
  },
  name: (asked) => namesOf(asked.positionals.at(-1) ?? "", asked),
  verb: () => plain(VERBS),
  "kind/name": (asked) => objects(asked),
  "instance/name": (asked) => objects(asked, Instance),
  "instanceset/name": (asked) => objects(asked, InstanceSet),
  "hypervisor/name": (asked) => (asked.current.includes("/") ? objects(asked, Hypervisor) : namesOf("hv", asked)),
  hypervisor: (asked) => namesOf("hv", asked),
  "kind.field": ({ current }) => [
    ...(current.includes(".") ? [] : [{ value: "placement", description: "where an instance would go, and why" }]),
    ...fieldPaths(current),
  ],
  context: contextNames,
  contexts: contextNames,
  shell: () => plain(["bash", "zsh", "fish"]),
  // Only the user knows.
  ...{ "new-name": () => [], request: () => [], "image-url": () => [], words: () => [] },
};
