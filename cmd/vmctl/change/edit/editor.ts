import { spawn } from "node:child_process";
import { once } from "node:events";
import { CommandFailure } from "../../command-failure.ts";
import { EXIT } from "../../exit-code.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A command line of the shell: `code --wait` is one. */
export const editorOf = (environment: Environment): string =>
  environment["VMCTL_EDITOR"] || environment["EDITOR"] || (process.platform === "win32" ? "notepad" : "vi");

/**
 * Lets the person edit the file; returns when the editor ends. CommandFailure when it says that it failed. A Ctrl-C
 * meanwhile is the editor's.
 */
export async function openEditor(editor: string, path: string): Promise<void> {
  const child =
    process.platform === "win32"
      ? spawn(`${editor} "${path}"`, { stdio: "inherit", shell: true })
      : spawn("sh", ["-c", `${isOneCommand(editor) ? "exec " : ""}${editor} "$@"`, editor, path], { stdio: "inherit" });
  const ignore = (): void => {};
  process.on("SIGINT", ignore).on("SIGQUIT", ignore);
  try {
    const [status, signal] = (await once(child, "close")) as [number | null, string | null];
    if (status === 0) return;
    throw new CommandFailure(EXIT.failed, `the editor (${editor}) ended with ${signal ?? `status ${status}`}`);
  } finally {
    process.off("SIGINT", ignore).off("SIGQUIT", ignore);
  }
}

/** Then no shell stands between it and the terminal's signals. */
const isOneCommand = (editor: string): boolean => !/[;&|(){}<>`\n]|^\s*\w+=/.test(editor);
