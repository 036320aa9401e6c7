import { manifestSchema } from "../schema/manifest-schema.ts";

export function runSchema(): void {
  process.stdout.write(`${JSON.stringify(manifestSchema(), undefined, 2)}\n`);
}
