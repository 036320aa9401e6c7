/** One row of docs/kubectl.md. */
export interface KubectlRow {
  /** The line of kubectl, as typed. */
  readonly theirs: string;
  /** What runs here: the same line, or another one; absent: not offered. */
  readonly ours: string | undefined;
  /** A phrase of the answer, or of the refusal; may be empty. */
  readonly prints: string;
  readonly status: number;
}

/** Every row of the page's tables whose head is `kubectl`, in order. Error for a row that has another form. */
export function kubectlRows(page: string): KubectlRow[] {
  const rows = page.split("\n").filter((line) => line.startsWith("| `kubectl "));
  return rows.map(rowOf);
}

const USAGE = 2;

function rowOf(row: string): KubectlRow {
  const [theirs = "", ours = "", , printed = "", ...more] = row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
  const [, prints = "", status] = /^(?:`([^`]*)`)?(?:, status (\d+))?$/.exec(printed) ?? refuse(row);
  if (more.length > 0 || !/^(=|–|`vmctl .*`)$/.test(ours)) refuse(row);
  const line = plain(theirs).replace("kubectl", "vmctl");
  if (ours === "–") return { theirs: line, ours: undefined, prints, status: USAGE };
  return { theirs: line, ours: ours === "=" ? line : plain(ours), prints, status: Number(status ?? 0) };
}

const plain = (cell: string): string => cell.replace(/^`|`$/g, "");

function refuse(line: string): never {
  throw new Error(`not a row of four cells as the page explains them: ${line}`);
}
