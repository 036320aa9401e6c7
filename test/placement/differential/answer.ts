/** What two Placements must agree on: a set of requests and a map of summaries, in one canonical form each. */
export interface Answer {
  readonly requests: ReadonlySet<string>;
  readonly summaries: ReadonlyMap<string, string>;
}

export const canonicalRequest = (
  allocations: Readonly<Record<string, Readonly<Record<string, number>>>>,
  mappings: Readonly<Record<string, readonly string[]>>,
): string =>
  JSON.stringify({
    allocations: sorted(mapValues(allocations, sorted)),
    mappings: sorted(mapValues(mappings, (uuids) => [...uuids].sort())),
  });

export interface Summary {
  readonly parent: string | null;
  readonly root: string;
  readonly capacity: Readonly<Record<string, number>>;
  readonly used: Readonly<Record<string, number>>;
  readonly traits: readonly string[];
}

export const canonicalSummary = ({ parent, root, capacity, used, traits }: Summary): string =>
  JSON.stringify({ parent, root, capacity: sorted(capacity), used: sorted(used), traits: [...traits].sort() });

/**
 * What only one of them says; empty when they agree. Upstream drops some requests by mistake (decision 0120):
 * `dropped` says which the engine may have beyond it.
 */
export function differences(engine: Answer, real: Answer, dropped: (request: string) => boolean): readonly string[] {
  const onlyEngine = [...engine.requests].filter((request) => !real.requests.has(request));
  const excused = onlyEngine.filter(dropped);
  const uuids = new Set([...real.summaries.keys(), ...engine.summaries.keys()]);
  return [
    ...[...real.requests].filter((request) => !engine.requests.has(request)).map((request) => `only real: ${request}`),
    ...onlyEngine.filter((request) => !excused.includes(request)).map((request) => `only engine: ${request}`),
    ...[...uuids]
      .filter((uuid) => real.summaries.get(uuid) !== engine.summaries.get(uuid))
      .filter((uuid) => real.summaries.has(uuid) || excused.length === 0)
      .map((uuid) => `summary ${uuid}: real ${real.summaries.get(uuid)}, engine ${engine.summaries.get(uuid)}`),
  ];
}

/**
 * Whether upstream keeps a request under one root only although several reach it: its unsuffixed group is served by
 * sharing providers alone, and equal requests of a group are one to it, whatever their root. Combined with granular
 * groups of other roots it is then missing.
 */
export function droppedByUpstream(request: string, isSharing: (uuid: string) => boolean): boolean {
  const { mappings } = JSON.parse(request) as { mappings: Record<string, readonly string[]> };
  const unsuffixed = mappings[""];
  return unsuffixed !== undefined && Object.keys(mappings).length > 1 && unsuffixed.every(isSharing);
}

const sorted = <V>(record: Readonly<Record<string, V>>): Record<string, V> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const mapValues = <V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
