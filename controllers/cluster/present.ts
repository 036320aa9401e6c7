type OptionalKey<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];
export type Present<T> = { [K in Exclude<keyof T, OptionalKey<T>>]: T[K] } & {
  [K in OptionalKey<T>]?: Exclude<T[K], undefined>;
};

/** The object without its undefined fields: what is stored has a field or has it not. Order is kept. */
export function present<T extends object>(object: T): Present<T> {
  const found: Partial<T> = {};
  for (const name of Object.keys(object) as (keyof T)[]) if (object[name] !== undefined) found[name] = object[name];
  return found as Present<T>;
}
