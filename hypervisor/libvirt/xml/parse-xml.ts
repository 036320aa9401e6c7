import { SaxesParser } from "saxes";
import type { XmlElement } from "./xml-element.ts";

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Names as written, prefixes included. Malformed text, a DOCTYPE and nesting deeper than 64 are a SyntaxError. */
export function parseXml(text: string): XmlElement {
  const stack: Open[] = [{ name: "", attributes: {}, children: [], text: "" }];
  const parser = new SaxesParser();
  parser.on("error", (error) => fail(error.message));
  parser.on("doctype", () => fail("a DOCTYPE is not accepted"));
  parser.on("opentag", ({ name, attributes }) => {
    if (stack.length > 64) fail("nested too deep");
    stack.push({ name, attributes: { ...attributes }, children: [], text: "" });
  });
  parser.on("closetag", () => closeTop(stack));
  parser.on("text", (value) => addText(stack, value));
  parser.on("cdata", (value) => addText(stack, value));
  parser.write(text).close();
  return stack[0]?.children[0] ?? fail("no element");
}

function closeTop(stack: Open[]): void {
  const top = stack.pop();
  if (!top) return;
  stack.at(-1)?.children.push({ ...top, text: top.children.length > 0 ? "" : top.text });
}

function addText(stack: Open[], value: string): void {
  const top = stack.at(-1);
  if (top) top.text += value;
}

function fail(message: string): never {
  throw new SyntaxError(`XML: ${message}`);
}
