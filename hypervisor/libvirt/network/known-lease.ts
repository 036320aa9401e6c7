/** An address that a machine got by DHCP. */
export interface KnownLease {
  readonly mac: string;
  readonly ip: string;
  /**
   * Absent: got in the present run. Else it is of an earlier one, and this is when the lease ends (seconds since the
   * epoch) unless the guest asks again; 0 when that cannot tell anything: it was given back, or never ends.
   */
  readonly earlier?: number;
}

/** When each address's lease ends; undefined: libvirt does not say. */
export type Expiries = ReadonlyMap<string, number> | undefined;

/**
 * What is known once a new run begins: nothing of it is this run's. `present` are the leases still there. One that is
 * gone is kept in mind, for a neighbour table may name it yet, until the MAC gets another.
 */
export function earlierLeases(known: readonly KnownLease[], present: readonly KnownLease[]): readonly KnownLease[] {
  const movedOn = new Set(known.filter(({ earlier }) => earlier === undefined).map(({ mac }) => mac));
  const gone = known.filter(
    (lease) => !holds(present, lease) && (lease.earlier === undefined || !movedOn.has(lease.mac)),
  );
  return [...present, ...gone.map(({ mac, ip }) => ({ mac, ip, earlier: 0 }))];
}

/** What is known once `mac` has got `ips` in the present run. */
export function withLeases(known: readonly KnownLease[], mac: string, ips: readonly string[]): readonly KnownLease[] {
  const got = ips.map((ip) => ({ mac, ip }));
  return [...known.filter((lease) => !holds(got, lease)), ...got];
}

/** Whether telling needs the time when the lease ends. */
export const isDoubtful = (lease: KnownLease | undefined): boolean => (lease?.earlier ?? 0) > 0;

/** A lease of an earlier run that still ends when it did has not been asked for again. */
export function isOfThisRun(lease: KnownLease | undefined, expiries: Expiries): boolean {
  if (lease === undefined || !isDoubtful(lease) || expiries === undefined) return true;
  return (expiries.get(lease.ip) ?? lease.earlier) !== lease.earlier;
}

const holds = (leases: readonly KnownLease[], { mac, ip }: KnownLease): boolean =>
  leases.some((lease) => lease.mac === mac && lease.ip === ip);
