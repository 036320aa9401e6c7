import type { Command } from "commander";

const EXAMPLES = `
Examples:
  source <(vmctl completion bash)
  vmctl completion bash > ~/.local/share/bash-completion/completions/vmctl
  vmctl completion zsh > "\${fpath[1]}/_vmctl"
  vmctl completion fish > ~/.config/fish/completions/vmctl.fish

Commands, flags, kinds, formats, contexts and fields are completed, and names of objects as etcd has them. If it does not
answer within half a second, there are no names.`;

export function registerCompletion(program: Command): void {
  program
    .command("completion <shell>")
    .description("Print the script that completes vmctl's words in bash, zsh or fish.")
    .addHelpText("after", EXAMPLES)
    .action(async (shell: string) => {
      const { runCompletion } = await import("./completion.ts");
      runCompletion(shell);
    });
}
