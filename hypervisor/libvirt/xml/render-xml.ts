import type { XmlElement } from "./xml-element.ts";

/** Indented text of the tree. Every value is escaped; a character XML cannot carry at all is a RangeError. */
export function renderXml(root: XmlElement): string {
  return `${lines(root, "").join("\n")}\n`;
}

function lines(node: XmlElement, indent: string): readonly string[] {
  const start = `${indent}<${checkedName(node.name)}${renderAttributes(node)}`;
  if (node.children.length > 0) {
    return [`${start}>`, ...node.children.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${node.name}>`];
  }
  return node.text === "" ? [`${start}/>`] : [`${start}>${escapeXml(node.text)}</${node.name}>`];
}

const renderAttributes = (node: XmlElement): string =>
  Object.entries(node.attributes)
    .map(([name, value]) => ` ${checkedName(name)}="${escapeXml(value)}"`)
    .join("");

function checkedName(name: string): string {
  if (!/^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/.test(name)) throw new RangeError(`not an XML name: ${name}`);
  return name;
}

const ENTITY: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Tabs and line ends as references, because an attribute would turn them into spaces. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids exactly these
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.exec(text);
  if (forbidden) throw new RangeError(`XML cannot carry character U+${forbidden[0].charCodeAt(0).toString(16)}`);
  return text.replace(/[&<>"'\t\n\r]/g, (character) => ENTITY[character] ?? character);
}
