// Exit 0 if node_modules/ holds what package-lock.json says, 1 if `npm ci` is due.
import { readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).packages;

function isFresh() {
  try {
    const wanted = read("package-lock.json");
    const installed = read("node_modules/.package-lock.json");
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "") return true;
      const present = installed[path];
      // Optional packages are there for one platform each.
      return present ? present.version === entry.version : Boolean(entry.optional);
    });
  } catch {
    return false;
  }
}

process.exitCode = isFresh() ? 0 : 1;
