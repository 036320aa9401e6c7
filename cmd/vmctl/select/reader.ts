import { UsageError } from "../../config/usage-error.ts";

/** A text that is read from left to right; every complaint names the column it stopped at. */
export class Reader {
  readonly text: string;
  readonly #what: string;
  at = 0;

  /** `what` begins the complaints: `jsonpath "{.a"`. */
  constructor(text: string, what: string) {
    this.text = text;
    this.#what = what;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  get rest(): string {
    return this.text.slice(this.at);
  }

  /** Takes these characters if they come next. */
  take(characters: string): boolean {
    if (!this.text.startsWith(characters, this.at)) return false;
    this.at += characters.length;
    return true;
  }

  /** Takes what a sticky pattern matches here; `undefined` if it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  skipSpace(): void {
    this.match(/\s*/y);
  }

  /** UsageError for the place reached, or for an earlier one. */
  fail(problem: string, at = this.at): never {
    throw new UsageError(`${this.#what} "${this.text}": column ${at + 1}: ${problem}`);
  }
}
