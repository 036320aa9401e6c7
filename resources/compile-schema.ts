import { Ajv, type ValidateFunction } from "ajv";
import type { TSchema } from "typebox";

const TIMESTAMP =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

let shared: Ajv | undefined;

function sharedAjv(): Ajv {
  if (shared) return shared;
  shared = new Ajv({
    strict: true,
    allErrors: true,
    verbose: true,
    coerceTypes: false,
    useDefaults: false,
    logger: false,
    // A test holds our schemas against the meta-schema; a command need not, it starts 50 ms sooner.
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  for (const keyword of ["effect", "listType", "listMapKeys"]) shared.addKeyword({ keyword, valid: true });
  shared.addFormat("date-time", TIMESTAMP);
  return shared;
}

const compiled = new WeakMap<object, ValidateFunction>();

/** The schema as a function, compiled at its first use (tens of milliseconds for a large one) and kept. */
export function compileSchema(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const validate = sharedAjv().compile(schema);
  compiled.set(schema, validate);
  return validate;
}
