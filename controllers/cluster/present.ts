type OptionalKey<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];
export type Present<T> = { [K in Exclude<keyof T, OptionalKey<T>>]: T[K] } & {
  [K in OptionalKey<T>]?: Exclude<T[K], undefined>;
};

/** The object without its undefined fields: what is stored has a field or has it not. Order is kept. */
export function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}
