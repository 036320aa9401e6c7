/** Names that need no quoting anywhere: neither part can hold a dot. */
export const domainName = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}.${name}`;
