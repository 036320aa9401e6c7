/** How one tree of the volume spells names: plain ISO 9660 (with Rock Ridge beside it) or Joliet. */
export interface IsoNames {
  /** The identifier in a directory record. */
  readonly identifier: (name: string) => Uint8Array;
  /** Text in a volume descriptor, padded with spaces to `length` bytes. */
  readonly padded: (text: string, length: number) => Uint8Array;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** UCS-2, big-endian; for the BMP only, which file names are held to. */
function ucs2(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length * 2 }, (_, at) => {
    const unit = text.charCodeAt(at >> 1);
    return at % 2 === 0 ? unit >> 8 : unit & 0xff;
  });
}

/**
 * Upper case, digits and underscore, one dot, version 1 (ECMA-119 7.5). Only readers that know neither Rock Ridge nor
 * Joliet see it. The volume label keeps its case: NoCloud looks for `cidata`, as every seed maker writes it.
 */
export const plainNames: IsoNames = {
  identifier: (name) => {
    const [, stem = "", extension = ""] = /^(.+?)(?:\.([^.]*))?$/.exec(name.toUpperCase()) ?? [];
    const legal = (part: string) => part.replace(/[^A-Z0-9_]/g, "_");
    return ascii(`${legal(stem)}.${legal(extension)};1`);
  },
  padded: (text, length) => ascii(text.slice(0, length).padEnd(length, " ")),
};

export const jolietNames: IsoNames = {
  identifier: ucs2,
  padded: (text, length) => ucs2(text.slice(0, length / 2).padEnd(length / 2, " ")),
};
