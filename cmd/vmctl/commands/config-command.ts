import type { Command } from "commander";
import { addTalkFlags } from "../talk/talk-flags.ts";

export interface ContextFlags {
  readonly current?: boolean;
  readonly endpoints?: string;
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly root?: string;
  readonly namespace?: string;
}
export interface ViewFlags {
  readonly output?: string;
  readonly minify?: boolean;
}

const MEANING = `

The file is ~/.config/vmctl/config.yaml, or what VMCTL_CONFIG says. \`vmctl up\` writes a context into it. By hand:

  current-context: three
  contexts:
    - name: three
      endpoints: [https://etcd-1:2379, https://etcd-2:2379]
      ca: pki/ca.pem            # paths are relative to this file
      cert: pki/alice.pem
      key: pki/alice-key.pem
      root: /vmctl/
      namespace: team

What a command connects to, in rising precedence: the current context, VMCTL_CONTEXT, VMCTL_ENDPOINTS and the other
variables, --context, --endpoints and the other flags. Endpoints given by variable or flag push the current context
aside as a whole: no control plane is sent the certificates of another.`;

export function registerConfig(program: Command): void {
  const config = program
    .command("config")
    .description("The control planes this user knows, and which one is meant.")
    .addHelpText("after", `${examples("get-contexts", "use-context local", "view --minify")}${MEANING}`);
  registerLooks(config);
  registerChoices(config);
  registerSetContext(config);
}

function registerLooks(config: Command): void {
  config
    .command("get-contexts [contexts...]")
    .description("List the contexts; * marks the current one.")
    .option("-o, --output <format>", "name")
    .addHelpText("after", examples("get-contexts", "get-contexts local", "get-contexts -o name"))
    .action(async (names: string[], flags: { output?: string }) => {
      await (await import("./config-look.ts")).printContexts(names, flags.output);
    });
  config
    .command("current-context")
    .description("Print the name of the current context.")
    .addHelpText("after", examples("current-context"))
    .action(async () => (await import("./config-look.ts")).printCurrent());
  config
    .command("view")
    .description("Print the contexts with absolute paths. Keys stay in their files: only the paths are shown.")
    .option("-o, --output <format>", "yaml or json", "yaml")
    .option("--minify", "only the current context")
    .addHelpText("after", examples("view", "view --minify -o json"))
    .action(async (flags: ViewFlags) => (await import("./config-look.ts")).printView(flags));
}

function registerChoices(config: Command): void {
  const use = config
    .command("use-context <context>")
    .description("Make a context the current one.")
    .addHelpText("after", examples("use-context local"))
    .action(async (name: string, _flags: object, self: Command) => {
      await (await import("./config-change.ts")).useContext(name, self);
    });
  const rename = config
    .command("rename-context <context> <new-name>")
    .description("Give a context another name.")
    .addHelpText("after", examples("rename-context local trial"))
    .action(async (name: string, newName: string, _flags: object, self: Command) => {
      await (await import("./config-change.ts")).renameContext(name, newName, self);
    });
  const remove = config
    .command("delete-context <contexts...>")
    .description("Take contexts out of the file. The control planes and the certificates stay.")
    .addHelpText("after", examples("delete-context trial"))
    .action(async (names: string[], _flags: object, self: Command) => {
      await (await import("./config-change.ts")).deleteContexts(names, self);
    });
  for (const command of [use, rename, remove]) addTalkFlags(command);
}

function registerSetContext(config: Command): void {
  const set = config
    .command("set-context [context]")
    .description("Make a context, or change the fields given of one that is there. An empty value takes a field away.")
    .option("--current", "the current context, instead of a name")
    .option("--endpoints <URL>", "etcd endpoints, comma separated")
    .option("--cacert <FILE>", "CA certificate of etcd (PEM)")
    .option("--cert <FILE>", "client certificate (PEM)")
    .option("--key <FILE>", "key of the client certificate (PEM)")
    .option("--root <PREFIX>", "what every key in etcd starts with")
    .option("-n, --namespace <NAME>", "namespace of commands that name none")
    .addHelpText(
      "after",
      examples(
        "set-context three --endpoints https://etcd-1:2379,https://etcd-2:2379 --cacert ca.pem --cert me.pem --key me-key.pem",
        "set-context --current --namespace team",
        "set-context --current --namespace ''",
      ),
    )
    .action(async (name: string | undefined, flags: ContextFlags, self: Command) => {
      await (await import("./config-change.ts")).setContext(name, flags, self);
    });
  addTalkFlags(set);
}

const examples = (...words: readonly string[]): string =>
  ["", "Examples:", ...words.map((each) => `  vmctl config ${each}`)].join("\n");
