/** virDomainState by number. `unknown` is a number this table does not have: a newer libvirt. */
const names = ["nostate", "running", "blocked", "paused", "shutdown", "shutoff", "crashed", "pmsuspended"] as const;

/** `shutdown` is still on its way down; `shutoff` is down. */
export type DomainState = (typeof names)[number] | "unknown";

export const domainStateName = (number: number): DomainState => names[number] ?? "unknown";
