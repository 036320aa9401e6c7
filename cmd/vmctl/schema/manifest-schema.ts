import { KINDS, type KindInfo } from "../../../resources/kinds.ts";
import { API_VERSION, Metadata } from "../../../resources/meta.ts";
import { editorSchema, type JsonSchema } from "./editor-schema.ts";

/**
 * The JSON Schema (draft 7) of every manifest that `vmctl apply` takes, for editors: one branch per kind. It knows what
 * schemas can say; the rules between fields are `apply`'s alone (docs/decisions/0092).
 */
export function manifestSchema(): JsonSchema {
  const branches = KINDS.map(({ kind }) => ({ $ref: `#/definitions/${kind}` }));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Manifests of vmctl",
    oneOf: [...branches, { $ref: "#/definitions/List" }],
    definitions: {
      ...Object.fromEntries(KINDS.map((kind) => [kind.kind, kindSchema(kind)])),
      List: listOf(branches),
      metadata: editorSchema(Metadata),
      clusterMetadata: clusterMetadata(),
    },
  };
}

function kindSchema(kind: KindInfo): JsonSchema {
  const { required = [] } = kind.spec as { required?: readonly string[] };
  return {
    type: "object",
    description: kind.description,
    properties: {
      apiVersion: { const: API_VERSION, description: "the version of this form" },
      kind: { const: kind.kind, description: kind.description },
      metadata: { $ref: kind.namespaced ? "#/definitions/metadata" : "#/definitions/clusterMetadata" },
      spec: editorSchema(kind.spec),
      status: { description: "written by controllers; left out by apply" },
    },
    required: ["apiVersion", "kind", "metadata", ...(required.length > 0 ? ["spec"] : [])],
    additionalProperties: false,
  };
}

/** What belongs to the whole cluster is in no namespace. */
function clusterMetadata(): JsonSchema {
  const schema = editorSchema(Metadata);
  const { namespace: _of, ...properties } = schema["properties"] as Record<string, JsonSchema>;
  return { ...schema, properties };
}

/** As `get -o yaml` prints several objects. */
const listOf = (branches: readonly JsonSchema[]): JsonSchema => ({
  type: "object",
  description: "Several objects in one document, as get -o yaml prints them.",
  properties: {
    apiVersion: { type: "string" },
    kind: { const: "List" },
    metadata: { type: "object" },
    items: { type: "array", items: { oneOf: branches } },
  },
  required: ["kind", "items"],
});
