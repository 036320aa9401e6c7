import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { referenceText } from "../../hack/reference.ts";

it("docs/reference.md is what the schemas say: run hack/update-reference", () => {
  const written = readFileSync(new URL("../../docs/reference.md", import.meta.url), "utf8");
  expect(written).toBe(referenceText());
});
