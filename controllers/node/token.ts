/**
 * Whether `restart` or `recreate` was asked for since the definition was made. Tokens sort by time; an older one asks
 * for nothing, so neither a restored etcd nor a manifest saved before the last recreate ever costs a disk (I3).
 */
export const isNewerToken = (asked: string | undefined, carriedOut: string | undefined): boolean =>
  asked !== undefined && (carriedOut === undefined || asked > carriedOut);

/** What the next definition has carried out: never less than the one before. */
export const newestToken = (asked: string | undefined, carriedOut: string | undefined): string | undefined =>
  isNewerToken(asked, carriedOut) ? asked : carriedOut;
