/** What one request to Placement needs beside what it is about. */
export interface Access {
  /** Sent as X-Auth-Token. */
  readonly token: string;
  /** Such as `http://placement.example:8778` or `https://cloud.example/placement`. */
  readonly endpoint: string;
}

/** Where requests go and as whom. */
export interface AccessSource {
  /** PlacementErrors: `Unreachable` (may pass), `Unauthorized` (an administrator has to act). */
  current(signal: AbortSignal): Promise<Access>;
  /** The server did not take this token. False: there will be no other. */
  refused(access: Access): boolean;
}

/** A token that never changes: a server without authentication, or one that is renewed by others. */
export function fixedAccess(access: Access): AccessSource {
  return { current: async () => access, refused: () => false };
}
