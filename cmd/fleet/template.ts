import { text } from "node:stream/consumers";
import { loadManifests } from "../../apply/load.ts";
import type { Manifest } from "../../apply/manifest.ts";
import { formatManifestProblem } from "../../apply/manifest-problem.ts";
import { type Amounts, Hypervisor, type HypervisorSpec, type InventorySpec } from "../../resources/hypervisor.ts";
import { API_VERSION } from "../../resources/meta.ts";
import { bytesOf } from "../../resources/quantity.ts";
import { UsageError } from "../config/usage-error.ts";
import { DEFAULT_PREFIX } from "./host-names.ts";

/** Which fleet a Hypervisor is of: its name prefix, without a dash at the end. For selecting them together. */
export const FLEET_LABEL = "compute.vmctl/fleet";

const SMALL: Amounts = { vcpu: 8, memory: 16 * 2 ** 30, disk: 200 * 2 ** 30 };

/** What every host of a fleet is declared with, and how large it is. */
export interface Template {
  readonly prefix: string;
  readonly capacity: Amounts;
  /** The manifest of the host with this name. */
  manifestOf(name: string): Manifest;
}

/** UsageError with every problem of the file; so it is for a file that is not one Hypervisor. */
export async function readTemplate(file: string | undefined, prefix: string | undefined): Promise<Template> {
  const base = file === undefined ? plain() : await readManifest(file);
  const { name } = base.object.metadata;
  return templateOf(base, prefix ?? (file === undefined ? DEFAULT_PREFIX : `${name}-`));
}

function templateOf({ kind, object, placeOf }: Manifest, prefix: string): Template {
  const spec = object.spec as HypervisorSpec;
  const labels = { ...object.metadata.labels, [FLEET_LABEL]: prefix.replace(/-+$/, "") };
  return {
    prefix,
    capacity: capacityOf(spec),
    manifestOf: (name) => ({ kind, object: { ...object, metadata: { ...object.metadata, name, labels } }, placeOf }),
  };
}

/** As large as the manifest says; what it leaves to be discovered is found to be small. */
function capacityOf({ inventory = {} }: HypervisorSpec): Amounts {
  const total = (spec: InventorySpec | undefined, small: number) =>
    spec?.total === undefined ? small : bytesOf(spec.total);
  return {
    vcpu: total(inventory.vcpu, SMALL.vcpu),
    memory: total(inventory.memory, SMALL.memory),
    disk: total(inventory.disk, SMALL.disk),
  };
}

async function readManifest(file: string): Promise<Manifest> {
  const loaded = await loadManifests([file], { namespace: "", readStdin: () => text(process.stdin) });
  const [manifest, second] = loaded.manifests;
  if (loaded.problems.length > 0) throw new UsageError(loaded.problems.map(formatManifestProblem).join("\n"));
  if (!manifest || second || manifest.kind !== Hypervisor)
    throw new UsageError(`--template ${file}: one manifest of kind Hypervisor expected`);
  return manifest;
}

function plain(): Manifest {
  const object = { apiVersion: API_VERSION, kind: Hypervisor.kind, metadata: { name: "sim" }, spec: {} };
  return { kind: Hypervisor, object, placeOf: () => ({ file: "--template" }) };
}
