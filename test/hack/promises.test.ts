import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** The lines of the README's "What vmctl never does", each with what follows it. */
function promises(): readonly string[] {
  const [, section = ""] = read("README.md").split("## What vmctl never does\n");
  const [text = ""] = section.split("\n## ", 1);
  return text.split("\n- ").slice(1);
}

it("what vmctl never does: each line names a test, and the test is there", () => {
  expect(promises().length).toBeGreaterThanOrEqual(6);
  for (const promise of promises()) {
    const [, path, title] = /\]\((test\/[^)]+)\): "([^"]+)"/.exec(promise) ?? [];
    expect(path, promise).toBeDefined();
    expect(read(path ?? ""), promise).toContain(`("${title}"`);
  }
});
