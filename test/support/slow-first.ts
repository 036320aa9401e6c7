import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

interface Suite {
  readonly slowFirst?: readonly string[];
}
const root = new URL("../../", import.meta.url);
const suites = JSON.parse(readFileSync(new URL("hack/suites.json", root), "utf8")) as readonly Suite[];
const SLOW = suites.flatMap(({ slowFirst = [] }) => slowFirst);

/** Files named in hack/suites.json as slow start first, so that none of them is still running alone at the end. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted].sort((a, b) => rank(a.moduleId) - rank(b.moduleId));
  }
}

function rank(file: string): number {
  const index = SLOW.indexOf(relative(root.pathname, file));
  return index < 0 ? SLOW.length : index;
}
