import { explainField } from "../explain/explain-field.ts";

export function runExplain(path: string, recursive: boolean): void {
  process.stdout.write(explainField(path, recursive));
}
