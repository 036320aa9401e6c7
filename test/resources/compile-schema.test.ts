import { Ajv } from "ajv";
import type { TSchema } from "typebox";
import { expect, it } from "vitest";
import * as assignment from "../../resources/assignment.ts";
import * as event from "../../resources/event.ts";
import { KINDS } from "../../resources/kinds.ts";
import * as meta from "../../resources/meta.ts";
import * as observed from "../../resources/observed.ts";
import * as statusRecord from "../../resources/status-record.ts";

const isSchema = (value: unknown): value is TSchema => typeof value === "object" && value !== null && "~kind" in value;

const records = [assignment, event, meta, observed, statusRecord].flatMap((module) =>
  Object.entries(module).filter((pair): pair is [string, TSchema] => isSchema(pair[1])),
);
const kinds = KINDS.flatMap(({ kind, spec, status }): [string, TSchema][] => [
  [`${kind} spec`, spec],
  [`${kind} status`, status],
]);

// One for all: it compiles the meta-schema.
const ajv = new Ajv();

// compileSchema trusts our schemas, so that commands start sooner.
it.each([...kinds, ...records])("%s is a schema by the meta-schema", (_name, schema) => {
  expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
});

it("finds the schemas of all stored records", () => {
  expect(records.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      "AssignedInstance",
      "AssignedHost",
      "ObservedInstance",
      "ObservedHost",
      "Alive",
      "Metadata",
    ]),
  );
});
