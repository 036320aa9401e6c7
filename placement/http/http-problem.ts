import type { PlacementProblem } from "../engine/placement-problem.ts";
import { PROBLEM } from "../engine/problems.ts";

/** A request that is refused with a status; what the engine refuses becomes one too. */
export class HttpProblem extends Error {
  readonly status: number;
  /** Shown from 1.23. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    options: { code?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.name = "HttpProblem";
    this.status = status;
    this.code = options.code ?? UNDEFINED_CODE;
    this.headers = options.headers ?? {};
  }
}

const UNDEFINED_CODE = "placement.undefined_code";

const STATUS: Readonly<Record<string, number>> = {
  [PROBLEM.badRequest]: 400,
  [PROBLEM.notFound]: 404,
  [PROBLEM.conflict]: 409,
  [PROBLEM.readOnly]: 403,
  [PROBLEM.tooComplex]: 400,
  [PROBLEM.tooLarge]: 413,
  [PROBLEM.unavailable]: 503,
  [PROBLEM.concurrentUpdate]: 409,
  [PROBLEM.duplicateName]: 409,
  [PROBLEM.inventoryInUse]: 409,
  [PROBLEM.providerInUse]: 409,
  [PROBLEM.hasChildren]: 409,
  [PROBLEM.providerMissing]: 400,
  [PROBLEM.duplicateKey]: 400,
  [PROBLEM.badValue]: 400,
  [PROBLEM.missingValue]: 400,
};

export function httpProblem({ code, message }: PlacementProblem): HttpProblem {
  return new HttpProblem(STATUS[code] ?? 400, message, code.startsWith("placement.") ? { code } : {});
}
