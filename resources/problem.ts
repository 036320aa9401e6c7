export type ProblemPath = readonly (string | number)[];

/** What is wrong with a value, and where. `message` reads after the path: `spec.resources.vcpu must be integer`. */
export interface Problem {
  readonly path: ProblemPath;
  readonly message: string;
  /** The word that was probably meant. */
  readonly suggestion?: string;
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `spec.interfaces[0].mac`; keys that are no plain words in quotes: `metadata.labels["a.b/c"]`. */
export function formatPath(path: ProblemPath): string {
  return path.map((step, index) => (index === 0 ? String(step) : formatStep(step))).join("");
}

/** One step after the first: `.mac`, `[0]`, `["a.b/c"]`. */
export function formatStep(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return PLAIN_KEY.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

/** Path and message in one line: `spec.resources.vpcu is not a field (did you mean "vcpu"?)`. */
export function formatProblem(problem: Problem): string {
  const hint = problem.suggestion === undefined ? "" : ` (did you mean "${problem.suggestion}"?)`;
  return [formatPath(problem.path), problem.message + hint].filter((part) => part !== "").join(" ");
}
