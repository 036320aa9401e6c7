import { parseTail } from "../../resources/keys.ts";
import { unseal } from "../../resources/sealing/seal.ts";
import { clearKeys, Secret, type SecretSpec } from "../../resources/secret.ts";
import { referrersOf } from "../cluster/referrers.ts";
import type { KeptKind } from "./kept-kind.ts";

/** A Secret that was written around vmctl, with clear text, is not used: whoever may read specs has read it. */
export const keptSecret: KeptKind = {
  kind: Secret,
  use: "names it",
  usersOf: referrersOf,
  problem: (spec, tail, view) => {
    const clear = clearKeys(spec as SecretSpec);
    if (clear.length > 0) return `spec.data: ${clear.join(", ")} not sealed: apply it again with vmctl`;
    const { namespace = "", name = "" } = parseTail(tail) ?? {};
    const keys = view.unsealingKeys();
    return Object.entries((spec as SecretSpec).data ?? {})
      .flatMap(([key, text]) => {
        const unsealed = unseal(keys, { namespace, name, key }, text);
        return unsealed.ok ? [] : [`spec.data.${key} ${unsealed.problem}`];
      })
      .at(0);
  },
  news: (_view, _tail, { accepted }) => ({
    keys: Object.keys((accepted?.spec as SecretSpec | undefined)?.data ?? {}).length,
  }),
};
