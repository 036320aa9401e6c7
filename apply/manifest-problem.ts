import { formatProblem, type Problem } from "../resources/problem.ts";

/** Where in a file, counted from 1; without line: the file as a whole. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One reason why a manifest is refused. */
export interface ManifestProblem extends Problem {
  readonly place: Place;
}

export const formatPlace = ({ file, line, column }: Place): string =>
  line === undefined ? file : `${file}:${line}:${column ?? 1}`;

/** `web.yaml:7:5 spec.resources.vcpu must be integer (got "two")`. */
export const formatManifestProblem = (problem: ManifestProblem): string =>
  `${formatPlace(problem.place)} ${formatProblem(problem)}`;
