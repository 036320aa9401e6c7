import { API_VERSION } from "./meta.ts";

type Fields = Readonly<Record<string, unknown>>;
/** Gets what nobody has judged yet and may throw; what it returns is judged as any stored document of the new version. */
type Convert = (document: Fields) => Fields;

/** How what was stored in one version becomes the same in a later one. Fields that a step does not speak of stay. */
export interface VersionStep {
  readonly from: string;
  readonly to: string;
  /** Documents with a `kind` (objects, ApplySets), by that kind. One that is not here looks the same in both versions. */
  readonly documents?: Readonly<Record<string, Convert>>;
  /** Status records, by the kind of the object they are about. */
  readonly statuses?: Readonly<Record<string, Convert>>;
}

/** Status records began without a version: one that says none is of this one. */
const FIRST_STATUS_VERSION = "compute.vmctl/v1alpha1";

/** By the version they lead away from. There is one version so far, and no step. */
const steps = new Map<string, VersionStep>();

/** Adds a step; the result takes it away again. Fails when another leads away from the same version. */
export function registerVersionStep(step: VersionStep): () => void {
  if (steps.has(step.from)) throw new TypeError(`a step from ${step.from} is there already`);
  steps.set(step.from, step);
  return () => void steps.delete(step.from);
}

export type Converted = { readonly value: unknown } | { readonly problem: string };

/** A stored document in the current version. What has no version in it at all is left to its schema. Pure. */
export function currentDocument(stored: unknown): Converted {
  const version = fieldOf(stored, "apiVersion");
  if (typeof version !== "string") return { value: stored };
  const kind = String(fieldOf(stored, "kind"));
  return converted(stored as Fields, version, (step) => own(step.documents, kind));
}

/** A stored status record of an object of this kind in the current version. Pure. */
export function currentStatus(kind: string, stored: unknown): Converted {
  const version = fieldOf(stored, "apiVersion") ?? FIRST_STATUS_VERSION;
  if (typeof version !== "string" || !isFields(stored)) return { value: stored };
  return converted(stored, version, (step) => own(step.statuses, kind));
}

function converted(stored: Fields, version: string, conversion: (step: VersionStep) => Convert | undefined): Converted {
  let value = stored;
  const passed = new Set<string>();
  for (let at = version; at !== API_VERSION; ) {
    const step = steps.get(at);
    if (!step || passed.has(at)) return { problem: unknownVersion(version) };
    passed.add(at);
    try {
      value = { ...(conversion(step)?.(value) ?? value), apiVersion: step.to };
    } catch {
      return { problem: `says apiVersion ${JSON.stringify(at)} and cannot be converted to ${step.to}` };
    }
    at = step.to;
  }
  return { value };
}

const LONGEST = 80;

function unknownVersion(version: string): string {
  const known = [...steps.keys(), API_VERSION].join(", ");
  const named = JSON.stringify(version.slice(0, LONGEST));
  return `has apiVersion ${named}, which this vmctl does not know (it knows ${known}): a newer one may have stored it`;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fieldOf = (value: unknown, field: string): unknown =>
  isFields(value) && Object.hasOwn(value, field) ? value[field] : undefined;
const own = (by: Readonly<Record<string, Convert>> | undefined, kind: string): Convert | undefined =>
  by && Object.hasOwn(by, kind) ? by[kind] : undefined;
