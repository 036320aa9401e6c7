import type { HypervisorSpec } from "../../resources/hypervisor.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import type { LabelSelector, LabelValues } from "../../resources/label-selector.ts";
import { type HypervisorFacts, hypervisorSpec } from "../cluster/hypervisor-facts.ts";
import type { ImageOnHost } from "../cluster/image-index.ts";

/** An instance that looks for a host. */
export interface Wish {
  /** Breaks ties between equal hosts. */
  readonly uid: string;
  readonly namespace: string;
  readonly labels: LabelValues;
  /** With what its Flavor gives. */
  readonly spec: InstanceSpec;
}

/** One place of a topology that is closed to the wish by what an instance there asks for. */
export interface Repulsion {
  readonly topology: string;
  /** Values of the topology: host names, uuids of aggregates, or values of a label. */
  readonly values: ReadonlySet<string>;
}

/**
 * What the filters and scores of one wish have to know of everybody else, of one picture and of what the same
 * transaction binds already. Counts are of instances of the wish's namespace that have a host, never of itself.
 */
export interface Peers {
  /** Those that the selector selects at one place. */
  readonly countAt: (topology: string, value: string, selector: LabelSelector) => number;
  /** Those that the selector selects anywhere. */
  readonly count: (selector: LabelSelector) => number;
  /** By required antiAffinity of instances that have a host and select the wish. */
  readonly repulsions: readonly Repulsion[];
  /** Undefined: nobody has tried there. */
  readonly imageOn: (host: string) => ImageOnHost | undefined;
}

/** Of an empty cluster. */
export const NO_PEERS: Peers = { countAt: () => 0, count: () => 0, repulsions: [], imageOn: () => undefined };

const NOWHERE: readonly string[] = [];

/** The places of a topology that a host is in: one, but for aggregates; none where it lacks the label. */
export function placesOf(host: HypervisorFacts, topology: string): readonly string[] {
  if (topology === "host") return [host.name];
  if (topology === "aggregate") return aggregatesOf(host);
  const value = labelsOf(host)[topology];
  return value === undefined ? NOWHERE : [value];
}

/** Of a record that somebody damaged, none (S8). */
function aggregatesOf(host: HypervisorFacts): readonly string[] {
  const { aggregates } = writtenSpec(host);
  return Array.isArray(aggregates) ? aggregates : NOWHERE;
}

/** As the manifest has them now. */
export const labelsOf = (host: HypervisorFacts): LabelValues => host.spec?.value.metadata.labels ?? {};

/** A taint counts from the moment it is written, as a cordon does; without a manifest, what was in force. */
export const writtenSpec = (host: HypervisorFacts): HypervisorSpec => host.spec?.value.spec ?? hypervisorSpec(host);
