// What vitest's JSON report says, in counts and lines.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** Per test file, as vitest reports it; none when it died before. */
export function filesOf(report) {
  try {
    return JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    return [];
  }
}

/** One line for each test of a file that failed or was skipped, and for a file that failed outside its tests. */
export function remarksOf({ name, status, message, assertionResults }, root) {
  const file = relative(root, name);
  const firstLine = (text) => (text ?? "").trim().split("\n", 1)[0];
  const wanted = { failed: "failed", pending: "skipped", skipped: "skipped", todo: "skipped" };
  const tests = assertionResults
    .filter((test) => wanted[test.status])
    .map((test) => `${wanted[test.status]}: ${file}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
  const isOutside = status === "failed" && !assertionResults.some((test) => test.status === "failed");
  return isOutside ? [`failed: ${file}: ${firstLine(message)}`, ...tests] : tests;
}

/** A file that failed outside its tests (could not be loaded, leaks) counts as one failed test. */
export function countsOf(files) {
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
  const broken = files.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: count("passed"),
    failed: count("failed") + broken.length,
    skipped: count("pending", "skipped", "todo", "disabled"),
  };
}
