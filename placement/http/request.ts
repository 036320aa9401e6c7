import type { TSchema } from "typebox";
import { badRequest } from "../engine/problems.ts";
import { type QueryPairs, valuesOf } from "../query/query-pair.ts";
import { checkQuery } from "../query/query-schema.ts";
import { schemaProblem } from "../validation/schema-problem.ts";

export interface RequestParts {
  readonly method: string;
  readonly version: number;
  /** What stands in the path for `{name}`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: QueryPairs;
  /** `undefined`: not UTF-8. */
  readonly body: string | undefined;
}

/** A request as handlers see it. Whatever they ask of it that is out of form is a bad request. */
export class PlacementRequest {
  readonly version: number;
  readonly query: QueryPairs;
  readonly #parts: RequestParts;

  constructor(parts: RequestParts) {
    this.version = parts.version;
    this.query = parts.query;
    this.#parts = parts;
  }

  /** A part of the path that the route names. */
  path(name: string): string {
    return this.#parts.path[name] ?? "";
  }

  /** The last value of a parameter. */
  parameter(name: string): string | undefined {
    return valuesOf(this.query, name).at(-1);
  }

  checkQuery(schema: TSchema): void {
    checkQuery(this.query, schema);
  }

  /** The body, which matches the schema: T is what the schema describes. */
  json<T>(schema: TSchema): T {
    const { body } = this.#parts;
    if (body === undefined) throw badRequest("Malformed JSON: not UTF-8");
    const value = parsed(body);
    const problem = checked(schema, value);
    if (problem !== undefined) throw badRequest(`JSON does not validate: ${problem}`);
    return value as T;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`Malformed JSON: ${(error as Error).message}`);
  }
}

/** Nesting deeper than the stack is no valid body either. */
function checked(schema: TSchema, value: unknown): string | undefined {
  try {
    return schemaProblem(schema, value);
  } catch (error) {
    if (error instanceof RangeError) return "nested too deeply";
    throw error;
  }
}
