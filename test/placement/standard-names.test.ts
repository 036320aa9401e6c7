import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { STANDARD_CLASSES } from "../../placement/standard-classes.ts";
import { STANDARD_TRAITS } from "../../placement/standard-traits.ts";

// Debian's Python, which has the libraries that placement-api uses; another one may stand first in the PATH.
async function printed(program: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("/usr/bin/python3", ["-c", program]);
  return stdout.trim().split("\n");
}

it("the standard traits are those of os-traits", async () => {
  const traits = await printed("import os_traits; print('\\n'.join(os_traits.get_traits()))");
  expect([...STANDARD_TRAITS]).toEqual(traits);
});

it("the standard classes are those of os-resource-classes", async () => {
  const classes = await printed("import os_resource_classes as c; print('\\n'.join(c.STANDARDS))");
  expect([...STANDARD_CLASSES]).toEqual(classes);
});
