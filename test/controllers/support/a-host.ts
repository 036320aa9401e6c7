import { type HypervisorFacts, readHypervisor } from "../../../controllers/cluster/hypervisor-facts.ts";
import { objectOf } from "./cluster.ts";
import { ALIVE, OBSERVED_HOST, viewOf } from "./view.ts";

export interface HostParts {
  readonly spec?: object;
  readonly metadata?: object;
  /** `null`: it never reported. */
  readonly observed?: object | null;
  readonly silent?: boolean;
}

/** The uid of a host, and so of its provider. */
export const hostUid = (name: string): string => `00000000-0000-4000-8000-${name.replace(/\D/g, "").padStart(12, "0")}`;

/** A host in order, but for what is said; named `<word>-<number>`. */
export function aHost(
  name = "host-1",
  { spec = {}, metadata = {}, observed = {}, silent = false }: HostParts = {},
): HypervisorFacts {
  const uid = hostUid(name);
  const tail = `cluster/hypervisors/${name}`;
  const view = viewOf({
    [`spec/${tail}`]: objectOf("Hypervisor", { name, uid, ...metadata }, spec),
    [`status/${tail}`]: { uid, specCreateRevision: 10, accepted: { generation: 1, spec }, status: {} },
    [`uids/${uid}`]: { tail },
    ...(observed ? { [`observed/${name}/host`]: { ...OBSERVED_HOST, ...observed } } : {}),
    ...(silent ? {} : { [`alive/${name}`]: ALIVE }),
  });
  return readHypervisor(view, name);
}

/** A host of which one fact is not ok. */
export const broken = (fact: string, reason: string): HostParts => ({
  observed: { facts: { ...OBSERVED_HOST.facts, [fact]: { ok: false, reason, message: "" } } },
});
