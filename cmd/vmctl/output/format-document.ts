import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { ListDocument } from "./list-document.ts";

export interface DocumentOptions {
  /** Who set which field too: long, and rarely asked for. */
  readonly showManagedFields?: boolean;
}

/** One object, or a List, with a line end. */
export async function formatDocument(
  value: JoinedObject | ListDocument,
  format: "json" | "yaml",
  { showManagedFields = false }: DocumentOptions = {},
): Promise<string> {
  const shown = showManagedFields ? value : hidden(value);
  if (format === "json") return `${JSON.stringify(shown, undefined, 2)}\n`;
  const { formatYaml } = await import("../../config/yaml-text.ts");
  return formatYaml(shown);
}

function hidden(value: JoinedObject | ListDocument): JoinedObject | ListDocument {
  if ("items" in value) return { ...value, items: value.items.map(withoutManagedFields) };
  return withoutManagedFields(value);
}

function withoutManagedFields(object: JoinedObject): JoinedObject {
  const { managedFields: _hidden, ...metadata } = object.metadata;
  return { ...object, metadata };
}
