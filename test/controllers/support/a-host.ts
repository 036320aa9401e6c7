import { type HypervisorFacts, readHypervisor } from "../../../controllers/cluster/hypervisor-facts.ts";
import { objectOf } from "./cluster.ts";
import { ALIVE, OBSERVED_HOST, viewOf } from "./view.ts";

export interface HostParts {
  readonly spec?: object;
  readonly metadata?: object;
  /** `null`: it never reported. */
  readonly observed?: object | null;
  readonly silent?: boolean;
  readonly conditions?: readonly object[];
  /** Of its provider. */
  readonly traits?: readonly string[];
  /** It is not admitted. */
  readonly status?: null;
}

/** The uid of a host, and so of its provider. */
export const hostUid = (name: string): string => `00000000-0000-4000-8000-${name.replace(/\D/g, "").padStart(12, "0")}`;

/** What is stored of a host in order, but for what is said; named `<word>-<number>`. */
export function hostKeys(name: string, parts: HostParts = {}): Readonly<Record<string, unknown>> {
  const { spec = {}, metadata = {}, observed = {}, silent = false, conditions = [], traits, status } = parts;
  const uid = hostUid(name);
  const tail = `cluster/hypervisors/${name}`;
  const record = {
    uid,
    specCreateRevision: 10,
    accepted: { generation: 1, spec },
    status: { conditions, ...(traits ? { traits } : {}) },
  };
  return {
    [`spec/${tail}`]: objectOf("Hypervisor", { name, uid, ...metadata }, spec),
    ...(status === null ? {} : { [`status/${tail}`]: record, [`uids/${uid}`]: { tail } }),
    ...(observed ? { [`observed/${name}/host`]: { ...OBSERVED_HOST, ...observed } } : {}),
    ...(silent ? {} : { [`alive/${name}`]: ALIVE }),
  };
}

export const aHost = (name = "host-1", parts: HostParts = {}): HypervisorFacts =>
  readHypervisor(viewOf(hostKeys(name, parts)), name);

/** A host of which one fact is not ok. */
export const broken = (fact: string, reason: string): HostParts => ({
  observed: { facts: { ...OBSERVED_HOST.facts, [fact]: { ok: false, reason, message: "" } } },
});
