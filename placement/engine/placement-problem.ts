import { CodedError } from "../../runtime/errors.ts";

/**
 * What a Placement refuses, and why, without HTTP: `code` is upstream's error code (`placement.concurrent_update`, …)
 * or one of ours; who serves it over HTTP chooses the status.
 */
export class PlacementProblem extends CodedError {}
