import { clearKeys, Secret, type SecretSpec } from "../../resources/secret.ts";
import { referrersOf } from "../cluster/referrers.ts";
import type { KeptKind } from "./kept-kind.ts";

/** A Secret that was written around vmctl, with clear text, is not used: whoever may read specs has read it. */
export const keptSecret: KeptKind = {
  kind: Secret,
  use: "names it",
  usersOf: referrersOf,
  problem: (spec) => {
    const clear = clearKeys(spec as SecretSpec);
    return clear.length === 0 ? undefined : `spec.data: ${clear.join(", ")} not sealed: apply it again with vmctl`;
  },
  news: (_view, _tail, { accepted }) => ({
    keys: Object.keys((accepted?.spec as SecretSpec | undefined)?.data ?? {}).length,
  }),
};
