import type { Column, KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { formatAge } from "./age.ts";
import { formatBytes, formatCell, NONE } from "./cell.ts";
import { fieldAt, reasonAt } from "./field-at.ts";

export interface ColumnChoice {
  readonly wide: boolean;
  /** A NAMESPACE column first, for lists over all namespaces. */
  readonly namespace: boolean;
  /** `instance/web-1` instead of `web-1`, for lists of several kinds. */
  readonly kindPrefix: boolean;
  /** A column for each of these labels, after the others. */
  readonly labels?: readonly string[];
  /** A last column with all labels. */
  readonly showLabels?: boolean;
  readonly noHeadings?: boolean;
}

export function headings(kind: KindInfo, choice: ColumnChoice): string[] {
  const first = withNamespace(kind, choice) ? ["NAMESPACE", "NAME"] : ["NAME"];
  const own = columnsOf(kind, choice);
  const shown = (wide: boolean) =>
    own.filter((column) => (column.wide ?? false) === wide).map(({ heading }) => heading);
  const labels = (choice.labels ?? []).map((key) => (key.split("/").at(-1) ?? key).toUpperCase());
  return [...first, ...shown(false), "AGE", ...shown(true), ...labels, ...(choice.showLabels ? ["LABELS"] : [])];
}

/** `now`: milliseconds since the epoch, for AGE. */
export function cells(kind: KindInfo, object: JoinedObject, choice: ColumnChoice, now: number): string[] {
  const { name, namespace, creationTimestamp } = object.metadata;
  const shownName = choice.kindPrefix ? `${kind.singular}/${name}` : name;
  const own = columnsOf(kind, choice);
  const values = (wide: boolean) =>
    own.filter((column) => (column.wide ?? false) === wide).map((column) => cell(kind, object, column));
  return [
    ...(withNamespace(kind, choice) ? [formatCell(namespace)] : []),
    formatCell(shownName),
    ...values(false),
    formatAge(creationTimestamp, now),
    ...values(true),
    ...labelCells(object, choice),
  ];
}

function labelCells({ metadata }: JoinedObject, { labels = [], showLabels }: ColumnChoice): string[] {
  const own = Object.entries(metadata.labels ?? {});
  const asked = labels.map((key) => formatCell(own.find(([name]) => name === key)?.[1]));
  if (!showLabels) return asked;
  return [...asked, own.length === 0 ? NONE : formatCell(own.map(([key, value]) => `${key}=${value}`))];
}

const withNamespace = (kind: KindInfo, choice: ColumnChoice): boolean => choice.namespace && kind.namespaced;

const columnsOf = (kind: KindInfo, choice: ColumnChoice): readonly Column[] =>
  kind.columns.filter((column) => choice.wide || !column.wide);

function cell(kind: KindInfo, object: JoinedObject, column: Column): string {
  if (column.isState && object.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (column.isReason) return formatCell(reasonAt(object, column.path));
  const value = fieldAt(object, column.path) ?? schemaDefault(kind, column.path) ?? column.absent;
  if (column.words && typeof value === "string" && Object.hasOwn(column.words, value))
    return formatCell(column.words[value]);
  return /\.(memory|disk)$/.test(column.path) ? formatBytes(value) : formatCell(value);
}

/** What an absent spec field means, where the schema says it. */
function schemaDefault(kind: KindInfo, path: string): unknown {
  if (!path.startsWith("spec.")) return undefined;
  const inSchema = path.slice("spec.".length).split(".").join(".properties.");
  return fieldAt(kind.spec, `properties.${inSchema}.default`);
}
