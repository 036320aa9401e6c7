interface Range {
  readonly first: number;
  readonly last: number;
}

/** In the order tried; away from what libvirt (122), Docker (172.17…) and home routers (0, 1, 178) like to take. */
const CANDIDATES: readonly string[] = [
  ...Array.from({ length: 50 }, (_, i) => `192.168.${150 + i}.0/24`),
  ...Array.from({ length: 256 }, (_, i) => `10.77.${i}.0/24`),
];

/** The first /24 that touches none of the prefixes in use (`a.b.c.d` or `a.b.c.d/n`); undefined if all do. */
export function freeSubnet(inUse: readonly string[]): string | undefined {
  const taken = inUse.map(rangeOf).filter((range) => range !== undefined);
  return CANDIDATES.find((candidate) => {
    const range = rangeOf(candidate);
    return range && !taken.some((other) => other.first <= range.last && range.first <= other.last);
  });
}

function rangeOf(prefix: string): Range | undefined {
  const [, a, b, c, d, length] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(prefix) ?? [];
  if (d === undefined) return undefined;
  const address = ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d);
  const size = 2 ** (32 - Number(length ?? 32));
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}
