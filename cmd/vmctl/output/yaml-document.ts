// A file of its own so that it can be imported lazily, see config/yaml-text.ts.
import { Document, visit } from "yaml";
import { formatYaml } from "../../config/yaml-text.ts";
import { escapeSteering, hasSteering } from "./hostile.ts";

/** The value as YAML that reads back the same and cannot steer a terminal. */
export function formatSafeYaml(value: unknown): string {
  const text = formatYaml(value);
  return hasSteering(text) ? escapeSteering(quoteSteering(value)) : text;
}

/** Every text with such characters in double quotes, where an escape means the character. */
function quoteSteering(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && hasSteering(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0 });
}
