import { escapeSteering } from "./hostile.ts";

/** A value as a document with a line end; what could steer a terminal is escaped, which reads back the same. */
export async function formatDocument(value: unknown, format: "json" | "yaml"): Promise<string> {
  if (format === "json") return `${escapeSteering(JSON.stringify(value, undefined, 2))}\n`;
  const { formatSafeYaml } = await import("./yaml-document.ts");
  return formatSafeYaml(value);
}
