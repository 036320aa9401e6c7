import { type Document, visit, type YAMLError } from "yaml";
import { formatPath } from "../resources/problem.ts";
import { pathTo } from "./path-to-node.ts";

/** What the parser has against a text, in one line; of a key given twice with the path to it. */
export function syntaxMessage(document: Document, { code, message, pos }: YAMLError): string {
  if (code !== "DUPLICATE_KEY") return sentence(message);
  let path: string | undefined;
  visit(document, {
    Scalar(key, node, parents) {
      if (key !== "key" || node.range?.[0] !== pos[0]) return undefined;
      path = formatPath(pathTo(node, parents));
      return visit.BREAK;
    },
  });
  return path === undefined ? sentence(message) : `${path} is given twice`;
}

/** The first line; the parser goes down by recursion, and reports the end of its stack as an error of the text. */
export const sentence = (message: string): string =>
  /^Maximum call stack/.test(message) ? "is nested too deep" : (message.split("\n", 1)[0] ?? "is not YAML");
