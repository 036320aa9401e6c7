/** One element; text between children is kept only where there are no child elements (libvirt has no mixed content). */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/**
 * `element("vcpu", {}, 2)`, `element("boot", { dev: "hd" })`, `element("os", {}, [type, boot])`. Attributes that are
 * undefined are left out, and so are children that are.
 */
export function element(
  name: string,
  attributes: Attributes = {},
  content: string | number | readonly (XmlElement | undefined)[] = [],
): XmlElement {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const isText = typeof content === "string" || typeof content === "number";
  return {
    name,
    attributes: Object.fromEntries(given.map(([key, value]) => [key, String(value)])),
    children: isText ? [] : content.filter((child) => child !== undefined),
    text: isText ? String(content) : "",
  };
}

/** The first element at this path of names below `from`. */
export function find(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), from);
}

/** Every element at this path of names below `from`. */
export function findAll(from: XmlElement | undefined, ...path: readonly string[]): readonly XmlElement[] {
  const start: readonly XmlElement[] = from ? [from] : [];
  return path.reduce((at, name) => at.flatMap((e) => e.children.filter((child) => child.name === name)), start);
}

/** The attribute of the first element at the path; undefined when either is absent. */
export const attribute = (from: XmlElement | undefined, path: readonly string[], name: string): string | undefined =>
  find(from, ...path)?.attributes[name];

export const textAt = (from: XmlElement | undefined, ...path: readonly string[]): string | undefined =>
  find(from, ...path)?.text;
