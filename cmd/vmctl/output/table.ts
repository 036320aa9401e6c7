import stringWidth from "string-width";

/** Columns three spaces apart, as kubectl has them. Widths are remembered, so rows added later line up. */
export class Table {
  readonly #widths: number[] = [];

  /** Lines for these rows, each as wide as the widest so far; the last column is not padded. */
  lines(rows: readonly (readonly string[])[]): string[] {
    for (const row of rows) this.#widen(row);
    return rows.map((row) => this.#line(row));
  }

  /** One more line, aligned to the widths there are; what does not fit pushes the rest of its line on. */
  line(row: readonly string[]): string {
    return this.#widths.length === 0 ? (this.lines([row])[0] ?? "") : this.#line(row);
  }

  #widen(row: readonly string[]): void {
    row.forEach((cell, index) => {
      this.#widths[index] = Math.max(this.#widths[index] ?? 0, stringWidth(cell));
    });
  }

  #line(row: readonly string[]): string {
    const padded = row.map((cell, index) => {
      if (index === row.length - 1) return cell;
      return cell + " ".repeat(Math.max(0, (this.#widths[index] ?? 0) - stringWidth(cell)) + 3);
    });
    return padded.join("").trimEnd();
  }
}
