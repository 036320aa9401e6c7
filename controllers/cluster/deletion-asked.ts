import { ANNOTATION, type Metadata } from "../../resources/meta.ts";
import { CASCADES, type Deletion } from "../../resources/status-record.ts";

/** The deletion that a believed spec asks for, to be recorded (S3). A cascade nobody knows is the usual one. */
export function deletionAsked({ deletionTimestamp, annotations }: Metadata): Deletion | undefined {
  if (deletionTimestamp === undefined) return undefined;
  const cascade = CASCADES.find((name) => name === annotations?.[ANNOTATION.cascade]);
  return { requestedAt: deletionTimestamp, ...(cascade && cascade !== "background" ? { cascade } : {}) };
}
