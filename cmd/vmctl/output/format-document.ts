import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { ListDocument } from "./list-document.ts";

/** One object, or a List, with a line end. */
export async function formatDocument(value: JoinedObject | ListDocument, format: "json" | "yaml"): Promise<string> {
  if (format === "json") return `${JSON.stringify(value, undefined, 2)}\n`;
  const { formatYaml } = await import("../../config/yaml-text.ts");
  return formatYaml(value);
}
