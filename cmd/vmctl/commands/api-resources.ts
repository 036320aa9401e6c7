import { KINDS } from "../../../resources/kinds.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { Table } from "../output/table.ts";

export function runApiResources(): void {
  const rows = KINDS.map(({ plural, shortNames, namespaced, kind, description }) => [
    plural,
    shortNames.join(","),
    API_VERSION,
    String(namespaced),
    kind,
    description,
  ]);
  const headings = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "DESCRIPTION"];
  process.stdout.write(`${new Table().lines([headings, ...rows]).join("\n")}\n`);
}
