import { Command, CommanderError } from "commander";
import { didYouMean } from "../../resources/did-you-mean.ts";
import { UsageError } from "../config/usage-error.ts";
import { COMMANDS } from "./command-table.ts";
import { commandFirst, withoutBooleanValues, withVerbosityCounted } from "./words.ts";

const COMMAND_NAMES = COMMANDS.map(({ name }) => name);

const EXAMPLES = `
Examples:
  vmctl apply -f instance.yaml                                create or change what the file says
  vmctl get instances -w                                      one line per change, until Ctrl-C
  vmctl wait --for=condition=Ready instance/web-1 --timeout=120s
  vmctl describe instance web-1                               what it is, what it waits for
  vmctl delete instance web-1

Connection, in rising precedence: the context file (~/.config/vmctl/config.yaml or VMCTL_CONFIG), the environment
(VMCTL_ENDPOINTS, VMCTL_CACERT, VMCTL_CERT, VMCTL_KEY, VMCTL_ROOT, VMCTL_CONTEXT, VMCTL_NAMESPACE), the flags of
each command (vmctl get --help).

Exit status: 0 done, 1 failed or not found, 2 usage, 3 conflict, 4 timed out, 130 interrupted.
NO_COLOR turns colours off; VMCTL_DEBUG=1 shows the stack of an error that nobody expected.
`;

/** Runs the command that the words name. UsageError and CommanderError for words that make none. */
export async function parseCommandLine(given: readonly string[], version: string): Promise<void> {
  const words = commandFirst(withVerbosityCounted(given), COMMAND_NAMES);
  const program = await buildProgram(words, version);
  if (words.length === 0) return program.outputHelp();
  const command = program.commands.find((one) => one.name() === words[0]);
  const plain = command ? withoutBooleanValues(words, command) : words;
  await program.parseAsync(plain, { from: "user" }).catch(async (error: unknown) => {
    // `--help` ends with one too.
    if (!(error instanceof CommanderError) || error.exitCode === 0 || !command) throw error;
    const { explainUsage } = await import("./elsewhere/explain-usage.ts");
    throw explainUsage(error, words, command);
  });
}

/**
 * The program with the one command that `words` name loaded in full; the others stand there by name for the help.
 * UsageError for a word that is no command.
 */
export async function buildProgram(words: readonly string[], version: string): Promise<Command> {
  const program = new Command("vmctl")
    .description("Virtual machines on a set of libvirt hosts, declared in manifests, kept in etcd.")
    .version(version, "-V, --version", "print the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  refuseUpOfGuests(words);
  const wanted = commandWord(words);
  const entry = COMMANDS.find(({ name }) => name === wanted);
  if (wanted !== undefined && !entry) throw new UsageError(await unknownCommand(wanted));
  if (entry) (await entry.load())(program);
  else for (const { name, summary, group } of COMMANDS) program.command(name).description(summary).helpGroup(group);
  return program;
}

/** The command named, also behind `help`; nothing for flags of the program itself. */
function commandWord(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith("-"));
  if (words[0]?.startsWith("-")) return undefined;
  return first === "help" ? second : first;
}

/** `up` is for the control plane, not for guests; `down` says the same of itself. */
function refuseUpOfGuests([word, name]: readonly string[]): void {
  if (word !== "up" || name === undefined || name.startsWith("-")) return;
  const object = name.includes("/") ? name : `instance/${name}`;
  throw new UsageError(`up starts the control plane of this machine; did you mean start ${object}?`);
}

async function unknownCommand(word: string): Promise<string> {
  const { commandHint } = await import("./elsewhere/command-hints.ts");
  const hint = commandHint(word) ?? didYouMean(word, COMMAND_NAMES);
  return `unknown command "${word}"${hint || "; `vmctl --help` lists them"}`;
}
