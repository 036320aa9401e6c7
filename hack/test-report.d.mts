/** What vitest's JSON reporter says of one test file; see test-report.mjs. */
export type FileReport = object;
export function filesOf(report: string): FileReport[];
export function remarksOf(file: FileReport, root: string): string[];
export function countsOf(files: FileReport[]): { passed: number; failed: number; skipped: number };
