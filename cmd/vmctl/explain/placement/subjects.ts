import { Instance, type InstanceSpec } from "../../../../resources/instance.ts";
import { InstanceSet, type InstanceSetSpec } from "../../../../resources/instance-set.ts";
import type { KindInfo } from "../../../../resources/kinds.ts";
import { UsageError } from "../../../config/usage-error.ts";
import { readManifests } from "../../change/read-manifests.ts";
import { CommandFailure } from "../../command-failure.ts";
import type { Session } from "../../connection/session.ts";
import { EXIT } from "../../exit-code.ts";
import type { AskedInstance } from "../../plan/ask-review.ts";
import { notFound } from "../../select/find-objects.ts";
import { formatReference, parseReferences } from "../../select/references.ts";

/** One that is explained. */
export interface Subject {
  readonly label: string;
  readonly asked: AskedInstance;
}

/** Instances by name, or all that manifests say; the template of each InstanceSet. CommandFailure for none. */
export async function readSubjects(
  session: Session,
  names: readonly string[],
  files: readonly string[],
): Promise<readonly Subject[]> {
  return files.length > 0 ? ofManifests(session, files) : ofNames(session, names);
}

async function ofNames(session: Session, names: readonly string[]): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const reference of parseReferences(names)) {
    requirePlaced(reference.kind);
    const { objects, connection, signal } = session;
    const object = await objects.get(reference.kind, connection.namespace, reference.name, { signal });
    if (!object) throw await notFound(session, [reference]);
    subjects.push(subjectOf(reference.kind, object, object.metadata.uid));
  }
  return subjects;
}

/** What else stands in them has no place. */
async function ofManifests(session: Session, files: readonly string[]): Promise<readonly Subject[]> {
  const { connection, objects, signal } = session;
  const manifests = await readManifests(files, { recursive: false, namespace: connection.namespace });
  const subjects: Subject[] = [];
  for (const { kind, object } of manifests.filter((one) => isPlaced(one.kind))) {
    const { namespace = connection.namespace, name } = object.metadata;
    const existing = kind === Instance ? await objects.get(kind, namespace, name, { signal }) : undefined;
    subjects.push(subjectOf(kind, object, existing?.metadata.uid));
  }
  if (subjects.length === 0)
    throw new CommandFailure(EXIT.failed, `${files.join(", ")}: there is no Instance and no InstanceSet in it`);
  return subjects;
}

const isPlaced = (kind: KindInfo): boolean => kind === Instance || kind === InstanceSet;

function requirePlaced(kind: KindInfo): void {
  if (!isPlaced(kind))
    throw new UsageError(`${kind.plural} are not placed: instance/NAME or instanceset/NAME expected`);
}

interface Placed {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: unknown;
}

function subjectOf(kind: KindInfo, { metadata, spec }: Placed, uid: string | undefined): Subject {
  const { name, namespace = "" } = metadata;
  const label = formatReference({ kind, name });
  if (kind === InstanceSet) {
    const { template } = spec as InstanceSetSpec;
    const labels = template.metadata?.labels ?? {};
    return {
      label: `an instance of ${label}`,
      asked: { namespace, name, labels, spec: template.spec as InstanceSpec },
    };
  }
  const known = uid === undefined ? {} : { uid };
  return { label, asked: { namespace, name, labels: metadata.labels ?? {}, spec: spec as InstanceSpec, ...known } };
}
