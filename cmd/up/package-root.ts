import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout or the installed package, from source and from the bundle alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error("package.json is missing: this installation is not complete");
    folder = above;
  }
  return folder;
}

export const hackScript = (name: string): string => join(packageRoot(), "hack", name);
