import { PlacementProblem } from "./placement-problem.ts";

/**
 * What a PlacementProblem's `code` may be. Those with a dot are upstream's own, which clients decide by; the others tell
 * kinds apart that upstream answers with `placement.undefined_code`.
 */
export const PROBLEM = {
  /** The request makes no sense, whatever the state is. */
  badRequest: "bad_request",
  notFound: "not_found",
  /** It does not fit what there is. */
  conflict: "conflict",
  readOnly: "read_only",
  /** More combinations than are searched (candidates/budget.ts). */
  tooComplex: "too_complex",
  /** More records than one transaction may hold. */
  tooLarge: "too_large",
  /** Where the state is kept did not answer. */
  unavailable: "unavailable",
  concurrentUpdate: "placement.concurrent_update",
  duplicateName: "placement.duplicate_name",
  inventoryInUse: "placement.inventory.inuse",
  providerInUse: "placement.resource_provider.inuse",
  hasChildren: "placement.resource_provider.cannot_delete_parent",
  /** A provider that a reshape names is not there. */
  providerMissing: "placement.resource_provider.not_found",
  duplicateKey: "placement.query.duplicate_key",
  badValue: "placement.query.bad_value",
  missingValue: "placement.query.missing_value",
} as const;

export const badRequest = (message: string): PlacementProblem => new PlacementProblem(PROBLEM.badRequest, message);
export const notFound = (message: string): PlacementProblem => new PlacementProblem(PROBLEM.notFound, message);
export const conflict = (message: string): PlacementProblem => new PlacementProblem(PROBLEM.conflict, message);
/** Somebody wrote between the client's look and its write: it looks again. */
export const concurrentUpdate = (message: string): PlacementProblem =>
  new PlacementProblem(PROBLEM.concurrentUpdate, message);

export const providerMissing = (uuid: string): PlacementProblem =>
  notFound(`No resource provider with uuid ${uuid} found`);
