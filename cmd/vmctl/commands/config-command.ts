import type { Command } from "commander";

const EXAMPLES = `
Examples:
  vmctl config get-contexts
  vmctl config use-context local
  VMCTL_CONFIG=other.yaml vmctl config get-contexts

The file is ~/.config/vmctl/config.yaml, or what VMCTL_CONFIG says. \`vmctl up\` writes a context into it. By hand:

  current-context: three
  contexts:
    - name: three
      endpoints: [https://etcd-1:2379, https://etcd-2:2379]
      ca: pki/ca.pem
      cert: pki/alice.pem
      key: pki/alice-key.pem
      namespace: team`;

export function registerConfig(program: Command): void {
  const config = program
    .command("config")
    .description("The control planes this user knows, and which one is meant.")
    .addHelpText("after", EXAMPLES);
  config
    .command("get-contexts")
    .description("List the contexts; * marks the current one.")
    .action(async () => (await import("./config.ts")).printContexts());
  config
    .command("current-context")
    .description("Print the name of the current context.")
    .action(async () => (await import("./config.ts")).printCurrent());
  config
    .command("use-context <name>")
    .description("Make a context the current one.")
    .action(async (name: string) => (await import("./config.ts")).useContext(name));
}
