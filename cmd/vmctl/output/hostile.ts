import { printable } from "./cell.ts";

/** What can steer a terminal and JSON and YAML write as it is: DEL, the upper control characters, marks of direction. */
const STEERING = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;
const EACH = new RegExp(STEERING, "g");

export const hasSteering = (text: string): boolean => STEERING.test(text);

/** Written as `\uXXXX`: for texts where that means the same character (JSON, double quotes of YAML). */
export const escapeSteering = (text: string): string =>
  text.replace(EACH, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * How a value may be written out raw: to a terminal without what could steer it, line ends and tabs left; to a pipe
 * or file byte for byte.
 */
export const rawFor = (stream: { readonly isTTY?: boolean }): ((text: string) => string) =>
  stream.isTTY
    ? (text) =>
        text
          .split(/([\n\t])/)
          .map(keepBreaks)
          .join("")
    : (text) => text;

const keepBreaks = (part: string): string => (part === "\n" || part === "\t" ? part : printable(part));
