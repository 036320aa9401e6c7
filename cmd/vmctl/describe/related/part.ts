import type { Neighbours } from "../neighbours.ts";

/** A section that needs other objects to be read. */
export interface Part {
  readonly title: string;
  readonly read: (neighbours: Neighbours) => Promise<readonly string[]>;
}
