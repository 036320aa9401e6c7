import type { Codec } from "./xdr-codec.ts";

/** One row of the procedure tables: number and shapes are libvirt's, the name is for errors and logs. */
export interface Procedure<Args, Result> {
  readonly number: number;
  readonly name: string;
  readonly args: Codec<Args>;
  readonly result: Codec<Result>;
}

/** A message the server sends on its own. */
export interface EventMessage<Body> {
  readonly number: number;
  readonly name: string;
  readonly body: Codec<Body>;
}

export const procedure = <Args, Result>(
  number: number,
  name: string,
  args: Codec<Args>,
  result: Codec<Result>,
): Procedure<Args, Result> => ({ number, name, args, result });
