import { type Command, Option } from "commander";
import { systemClock } from "../../../runtime/clock.ts";
import { createTalk, type Talk } from "./talk.ts";

/** `-q` and `-v`, for every command that has something to say beside its answer. */
export function addTalkFlags(command: Command): Command {
  command.optionsGroup("Messages:");
  command.option("-q, --quiet", "say nothing but what was asked for, and errors");
  command.addOption(
    new Option(
      "-v, --verbose",
      "say on standard error what is asked of etcd, and how long it took; -v=2 more",
    ).argParser((_, before: number | undefined) => (before ?? 0) + 1),
  );
  return command.optionsGroup("Options:");
}

const talks = new WeakMap<Command, Talk>();

/** How this command talks: one for the whole of its run. */
export function talkOf(command: Command): Talk {
  const known = talks.get(command);
  if (known) return known;
  const { quiet, verbose, output } = command.opts<{ quiet?: boolean; verbose?: number; output?: string }>();
  const talk = createTalk(
    { quiet: quiet ?? false, verbosity: verbose ?? 0, json: output === "json" },
    { clock: systemClock, stdout: process.stdout, stderr: process.stderr, environment: process.env },
  );
  talks.set(command, talk);
  return talk;
}
