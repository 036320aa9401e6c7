import type { TSchema } from "typebox";
import type { KindInfo } from "../../../resources/kinds.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { QUANTITY_WORDS } from "../../../resources/quantity.ts";
import { isQuantitySchema } from "../../../resources/schema-shape.ts";
import { UsageError } from "../../config/usage-error.ts";
import { requireShownKind } from "../select/kind-words.ts";
import { defaultOf, descriptionOf, factsOf, typeName } from "./describe-schema.ts";
import { EXAMPLE_MANIFESTS } from "./example-manifests.ts";
import { findPlace, type Place, rootSchemas, shapesOf } from "./find-place.ts";

/** The text of `explain KIND.field.field`. UsageError for a kind or field there is not. */
export function explainField(path: string, recursive: boolean): string {
  const [word = "", ...fields] = path.split(".").filter((name) => name !== "");
  const kind = requireShownKind(word);
  const head = [`KIND:     ${kind.kind}`, `VERSION:  ${API_VERSION}`];
  if (fields.length === 0) {
    const body = ["", kind.description, "", "FIELDS:", ...kindFields(kind, recursive), ...exampleLines(kind)];
    return `${[...head, ...body].join("\n")}\n`;
  }
  const place = findPlace(kind, fields);
  if (typeof place === "string") throw new UsageError(place);
  const title = [`FIELD:    ${fields.join(".")} <${typeName(place.schema)}>`];
  const written = isQuantitySchema(place.schema) ? `written as: ${QUANTITY_WORDS}` : undefined;
  const words = [descriptionOf(place.schema), written, ...factsOf(place.schema, place.effect)].filter(
    (text) => text !== undefined,
  );
  const below = fieldLines(place, recursive, "  ");
  const body = [...(words.length > 0 ? ["", ...words] : []), ...(below.length > 0 ? ["", "FIELDS:", ...below] : [])];
  return `${[...head, ...title, ...body].join("\n")}\n`;
}

function kindFields(kind: KindInfo, recursive: boolean): string[] {
  const type = [`  apiVersion <string> -required-  ${API_VERSION}`, `  kind <string> -required-  ${kind.kind}`];
  const fields = Object.entries(rootSchemas(kind)).flatMap(([name, schema]) => {
    const below = recursive || name === "spec" ? fieldLines({ schema, effect: undefined }, recursive, "    ") : [];
    return [kind.fields ? fieldLine(name, schema) : `  ${name} <object>`, ...below];
  });
  return [...type, ...fields];
}

function fieldLine(name: string, schema: TSchema): string {
  const words = descriptionOf(schema);
  return `  ${name} <${typeName(schema)}>${words === undefined ? "" : `  ${words}`}`;
}

function exampleLines({ kind }: KindInfo): string[] {
  const example = EXAMPLE_MANIFESTS[kind];
  return example === undefined
    ? []
    : [
        "",
        "EXAMPLE:",
        ...example
          .trim()
          .split("\n")
          .map((line) => `  ${line}`),
      ];
}

function fieldLines(place: Place, recursive: boolean, indent: string): string[] {
  return shapesOf(place.schema).flatMap((shape, index) => {
    const or = index === 0 ? [] : [`${indent}or`];
    const plain = Object.entries(shape.properties).map(([name, schema]) => ({ name, schema }));
    const byPattern = shape.patterns.map(([pattern, schema]) => ({ name: `/${pattern.source}/`, schema }));
    const lines = [...plain, ...byPattern].flatMap(({ name, schema }) => {
      const required = shape.required.includes(name) ? " -required-" : "";
      const words = [descriptionOf(schema), defaultOf(schema)].filter((text) => text !== undefined).join("; ");
      const line = `${indent}${name} <${typeName(schema)}>${required}${words ? `  ${words}` : ""}`;
      return recursive ? [line, ...fieldLines({ schema, effect: undefined }, true, `${indent}  `)] : [line];
    });
    return [...or, ...lines];
  });
}
