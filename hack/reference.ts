import { pathToFileURL } from "node:url";
import { type TSchema, Type } from "typebox";
import { factsOf, typeName } from "../cmd/vmctl/explain/describe-schema.ts";
import type { FieldEffect } from "../resources/field-effect.ts";
import { Instance } from "../resources/instance.ts";
import { REASON } from "../resources/instance-status.ts";
import { type KindInfo, SHOWN_KINDS } from "../resources/kinds.ts";
import { CUSTOM_CLASS_PATTERN } from "../resources/machine-size.ts";
import { API_VERSION, Metadata } from "../resources/meta.ts";
import { STOP_REASONS } from "../resources/observed.ts";
import { CLASS_PATTERN } from "../resources/placement-words.ts";
import { QUANTITY_WORDS } from "../resources/quantity.ts";
import { asListSchema, asObjectSchema, effectOf } from "../resources/schema-shape.ts";

// The reference of all kinds, out of their schemas: `hack/update-reference` writes it, a test compares it.

interface Row {
  readonly path: string;
  readonly schema: TSchema;
  readonly isRequired: boolean;
  readonly effect: FieldEffect | undefined;
}

/** docs/reference.md. */
export function referenceText(): string {
  const head = [
    "# Reference",
    "",
    "<!-- Written by hack/update-reference from the schemas in resources/. Do not edit. -->",
    "",
    `Everything has \`apiVersion: ${API_VERSION}\`. A field that is not here is refused. Defaults are applied when an object`,
    `is read, never stored. A field of type quantity takes ${QUANTITY_WORDS}.`,
    "",
    "What a change of a field does to an instance that already runs:",
    "",
    "| a change is | meaning |",
    "|---|---|",
    ...EFFECTS.map(([effect, meaning]) => `| ${effect} | ${meaning} |`),
    "",
    "## metadata",
    "",
    ...table(rows("metadata", Metadata), false),
  ];
  return `${[...head, ...SHOWN_KINDS.flatMap(kindSection)].join("\n")}\n`;
}

const EFFECTS: readonly (readonly [FieldEffect, string])[] = [
  ["live", "takes effect at once"],
  ["restart", "waits for the guest's next restart; until then `RestartRequired` names the field"],
  ["guestConfig", "the guest reads it once; `GuestConfigApplied=False/NeedsRecreate` names the field"],
  [
    "recreate",
    "needs a new disk: `updatePolicy.recreate: OnChange`, or `vmctl recreate`; `RecreateRequired` until then",
  ],
  ["bound", "possible until the instance is bound to a hypervisor, then refused"],
];

function kindSection(kind: KindInfo): string[] {
  const names = [kind.plural, kind.singular, ...kind.shortNames].map((name) => `\`${name}\``).join(", ");
  const scope = kind.namespaced ? "In a namespace" : "For the whole cluster";
  if (kind.fields) return eventSection(kind, names);
  const spec = rows("spec", kind.spec);
  const hasEffects = spec.some(({ effect }) => effect !== undefined);
  return [
    ...["", `## ${kind.kind}`, "", `${kind.description} ${scope}; on the command line ${names}.`, ""],
    ...table(spec, hasEffects),
    ...["", "Status, written by controllers:", ""],
    ...table(rows("status", kind.status), false),
    ...conditions(kind),
  ];
}

function eventSection({ kind, description, fields = {} }: KindInfo, names: string): string[] {
  const all = Object.entries(fields).flatMap(([path, schema]): readonly Row[] => {
    const below = rows(path, schema);
    return below.length > 0 ? below : [{ path, schema, isRequired: true, effect: undefined }];
  });
  return ["", `## ${kind}`, "", `${description} On the command line ${names}.`, "", ...table(all, false)];
}

function conditions({ kind, conditions: known = {} }: KindInfo): string[] {
  const types = Object.values(known);
  if (types.length === 0) return [];
  const reasons = kind === Instance.kind ? [...Object.values(REASON), ...STOP_REASONS] : [];
  const said = reasons.length === 0 ? [] : ["", `Their reasons, beside the host's own problems: ${words(reasons)}.`];
  return ["", `Types of \`status.conditions\`: ${words(types)}.`, ...said];
}

const words = (all: readonly string[]): string =>
  [...new Set(all)]
    .sort()
    .map((word) => `\`${word}\``)
    .join(", ");

function table(all: readonly Row[], hasEffects: boolean): string[] {
  const headings = ["field", "type", ...(hasEffects ? ["a change is"] : []), "meaning"];
  const lines = all.map((row) => {
    const cells = [`\`${row.path}\``, typeOf(row), ...(hasEffects ? [row.effect ?? ""] : []), meaningOf(row)];
    return `| ${cells.join(" | ")} |`;
  });
  return [`| ${headings.join(" | ")} |`, `|${"---|".repeat(headings.length)}`, ...lines];
}

const escaped = (text: string): string => text.replaceAll("|", "\\|");
const typeOf = ({ path, schema, isRequired }: Row): string =>
  escaped(typeName(schema)) + (isRequired && !path.startsWith("status.") ? ", required" : "");

function meaningOf({ schema }: Row): string {
  const { description } = schema as { description?: string };
  const facts = factsOf(schema, undefined).filter((fact) => !/^(pattern|a change):/.test(fact));
  return escaped([description, facts.join(", ")].filter(Boolean).join("; "));
}

/** The same for every kind: said once. */
const CONDITIONS = Type.Array(Type.Object({}), {
  description: "type, status (True, False, Unknown), reason, message, lastTransitionTime, observedGeneration",
});

/** The fields below one, each directly followed by its own. */
function rows(path: string, schema: TSchema, above?: FieldEffect): Row[] {
  return fieldsOf(schema).flatMap(({ name, field, isRequired }) => {
    const at = `${path}.${name}`;
    if (name === "conditions") return [{ path: at, schema: CONDITIONS, isRequired, effect: undefined }];
    const effect = effectOf(field) ?? above;
    const list = asListSchema(field);
    const below = list ? rows(`${at}[]`, list.items, effect) : rows(at, field, effect);
    return [{ path: at, schema: field, isRequired, effect }, ...below];
  });
}

/** Of a union, the fields of its branches, each name once; none of them is required for the whole. */
function fieldsOf(schema: TSchema): { name: string; field: TSchema; isRequired: boolean }[] {
  const shape = asObjectSchema(schema);
  if (shape) {
    const plain = Object.entries(shape.properties).map(([name, field]) => ({
      name,
      field,
      isRequired: shape.required.includes(name),
    }));
    const isMap = plain.length === 0;
    const byPattern = shape.patterns.map(([pattern, field]) => ({
      name: patternLabel(pattern),
      field,
      isRequired: false,
    }));
    return isMap ? [] : [...plain, ...byPattern];
  }
  const branches = ((schema as { anyOf?: readonly TSchema[] }).anyOf ?? []).flatMap(fieldsOf);
  return [...new Map(branches.map((it) => [it.name, { ...it, isRequired: false }])).values()];
}

const PATTERN_LABEL: Readonly<Record<string, string>> = {
  [CUSTOM_CLASS_PATTERN]: "CUSTOM_…",
  [CLASS_PATTERN]: "CLASS",
};
const patternLabel = ({ source }: RegExp): string => PATTERN_LABEL[source] ?? `/${source}/`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(referenceText());
