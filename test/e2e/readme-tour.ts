import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

/** One command of a page and what it is said to print. */
export interface TourStep {
  /** With its here-document, if it has one. */
  readonly command: string;
  /** `...`: whatever it prints. */
  readonly output: string;
  /** It goes on until Ctrl-C. */
  readonly endless: boolean;
}

/** Every step of the `console` blocks of a page, in their order. */
export async function readTour(page: string): Promise<readonly TourStep[]> {
  const text = await readFile(new URL(`../../${page}`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map(stepOf);
}

function stepOf(text: string): TourStep {
  const [, hereDocument] = /^(.*?<<'(\w+)'\n.*?^\2\n)/ms.exec(text) ?? [];
  const command = hereDocument ?? text.slice(0, text.indexOf("\n") + 1);
  return { command, output: text.slice(command.length), endless: / -w\b/.test(command) };
}

/**
 * Output without what differs from one machine and moment to the next: host name, addresses, ages, widths, and what a
 * command that waits says after ten seconds of it.
 */
export function withoutAccidents(output: string, host = hostname()): string {
  return output
    .replaceAll(host, "my-host")
    .replace(/^still waiting for .*\n/gm, "")
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, "IP")
    .replace(/\b(\d+[smhd])+\b/g, "AGE")
    .replace(/ +/g, " ")
    .replace(/ $/gm, "")
    .trim();
}

/**
 * What the page shows, if the output is that but for what `...` stands for (whole lines, or the rest of one); else the
 * output. For a comparison whose failure can be read. Both without accidents.
 */
export function asShown(shown: string, output: string): string {
  const pattern = shown
    .split("\n")
    .map((line) => (line === "..." ? "(?:.*\\n)*?" : `${escaped(line).replace(/\\\.\\\.\\\.$/, ".*")}\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${output}\n`) ? shown : output;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
