import { aliveKey, PREFIX } from "./keys.ts";

export type Access = "read" | "write" | "readwrite";

/** One right: on everything under a prefix, or on exactly one key. Relative to the root. */
export type Grant =
  | { readonly prefix: string; readonly access: Access }
  | { readonly key: string; readonly access: Access };

/** `spec/` and `status/` with what lies between, for a watch over both. */
const SPEC_TO_STATUS = { prefix: "s", access: "read" } as const;

/**
 * Who may touch what (architecture section 2), as data: `vmctl auth` makes etcd roles of it, tests try the
 * refusals. A guard against mistakes on every etcd, a wall only on one that enforces it.
 *
 * Two grants are wider than the data flow, because etcd knows no right to delete only:
 * - controllers write under `observed/`: the last transaction of a deletion removes `observed/<host>/instances/<uid>`;
 * - controllers write under `spec/`: that transaction removes the spec key, and hypervisors register themselves.
 * And a watch over several prefixes is one range in etcd, which must be allowed whole (docs/decisions/0002): so
 * controllers read the root, and people read from `spec/` to `status/`.
 */
export const ROLES = {
  /** Everything, for repair; also what `vmctl up` gives its own command line. */
  admin: [{ prefix: "", access: "readwrite" }],
  /** Applies and deletes objects; sees everything except what only hosts need (`assigned/` holds user-data resolved) and of what opens Secrets (`vault/`). */
  user: [
    { prefix: PREFIX.spec, access: "readwrite" },
    SPEC_TO_STATUS,
    { prefix: PREFIX.applysets, access: "readwrite" },
    { prefix: PREFIX.reviews, access: "readwrite" },
    { prefix: PREFIX.reviewAnswers, access: "read" },
    { prefix: PREFIX.uids, access: "read" },
    { prefix: PREFIX.revisions, access: "read" },
    { prefix: PREFIX.events, access: "read" },
    { prefix: PREFIX.observed, access: "read" },
    { prefix: PREFIX.alive, access: "read" },
    { prefix: PREFIX.elections, access: "read" },
  ],
  viewer: [
    SPEC_TO_STATUS,
    { prefix: PREFIX.revisions, access: "read" },
    { prefix: PREFIX.events, access: "read" },
    { prefix: PREFIX.elections, access: "read" },
  ],
  controller: [
    { prefix: "", access: "read" },
    { prefix: PREFIX.spec, access: "readwrite" },
    { prefix: PREFIX.status, access: "readwrite" },
    { prefix: PREFIX.uids, access: "readwrite" },
    { prefix: PREFIX.assigned, access: "readwrite" },
    { prefix: PREFIX.observed, access: "readwrite" },
    { prefix: PREFIX.placement, access: "readwrite" },
    { prefix: PREFIX.revisions, access: "readwrite" },
    { prefix: PREFIX.reviewAnswers, access: "readwrite" },
    { prefix: PREFIX.events, access: "readwrite" },
    { prefix: PREFIX.elections, access: "readwrite" },
    { prefix: PREFIX.sealing, access: "readwrite" },
    { prefix: PREFIX.vault, access: "readwrite" },
  ],
  /** `vmctl fleet`: what each of its hosts may (nodeGrants), whatever their names, and to declare them. */
  fleet: [
    { prefix: `${PREFIX.spec}cluster/hypervisors/`, access: "readwrite" },
    { prefix: `${PREFIX.status}cluster/hypervisors/`, access: "read" },
    { prefix: PREFIX.assigned, access: "read" },
    { prefix: PREFIX.observed, access: "readwrite" },
    { prefix: PREFIX.alive, access: "readwrite" },
  ],
} as const satisfies Readonly<Record<string, readonly Grant[]>>;

/**
 * The node controller of one host: its own assignments to read, its own words to write. `alive/<host>` is one key,
 * because a prefix of `host-1` would be `host-10`'s too.
 */
export function nodeGrants(host: string): readonly Grant[] {
  return [
    { prefix: `${PREFIX.assigned}${host}/`, access: "read" },
    { prefix: `${PREFIX.observed}${host}/`, access: "readwrite" },
    { key: aliveKey(host), access: "readwrite" },
  ];
}
