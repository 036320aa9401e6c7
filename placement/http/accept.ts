interface Range {
  readonly type: string;
  readonly q: number;
}

/**
 * Which of the offers an Accept header wants most, the first of equals; `undefined` for none. A missing header
 * wants the first.
 */
export function bestOffer(header: string | undefined, offers: readonly string[]): string | undefined {
  const ranges = rangesOf(header);
  if (ranges.length === 0) return offers[0];
  const rated = offers.map((offer) => ({ offer, q: qualityOf(offer, ranges) }));
  return rated.filter(({ q }) => q > 0).sort((a, b) => b.q - a.q)[0]?.offer;
}

/** Whether the header leaves the choice to the server: it is missing, or says nothing but any type at all. */
export const isIndifferent = (header: string | undefined): boolean =>
  header === undefined || /^\s*(\*\/\*)?\s*$/.test(header);

function rangesOf(header: string | undefined): readonly Range[] {
  return (header ?? "").split(",", 100).flatMap((part) => {
    const [type = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
    const q = parameters.find((word) => word.startsWith("q="));
    return type === "" ? [] : [{ type, q: q === undefined ? 1 : Number(q.slice("q=".length)) || 0 }];
  });
}

/** By the most specific range that names the offer. */
function qualityOf(offer: string, ranges: readonly Range[]): number {
  const [kind] = offer.split("/");
  for (const type of [offer, `${kind}/*`, "*/*"]) {
    const range = ranges.find((one) => one.type === type);
    if (range) return range.q;
  }
  return 0;
}
