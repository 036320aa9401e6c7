import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import { CLOUD_INIT_LIMIT } from "./instance-rules.ts";
import type { KindInfo } from "./kinds.ts";
import type { Problem } from "./problem.ts";
import { claimsToBeSealed, isNotShown, isSealed } from "./sealing/sealed-text.ts";

export const SECRET_KEY_PATTERN = "^[a-zA-Z0-9][-._a-zA-Z0-9]{0,62}$";

/** As many bytes as sealed text needs for the largest user-data. */
const SEALED_LIMIT = 96 * 1024;
/** Sealed they are a third longer, and have to go into one object with what else it says (OBJECT_LIMIT). */
const ALL_LIMIT = 128 * 1024;

export const SecretSpec = Type.Object(
  {
    data: Type.Optional(
      Type.Record(
        Type.String({ pattern: SECRET_KEY_PATTERN }),
        Type.String({ maxLength: SEALED_LIMIT, writeOnly: true }),
        {
          additionalProperties: false,
          writeOnly: true,
          description: "texts by name; clear in a manifest, sealed before they are stored and whenever they are shown",
        },
      ),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  { additionalProperties: false },
);
export type SecretSpec = Static<typeof SecretSpec>;

export const SecretStatus = Type.Object({
  keys: Type.Optional(Type.Integer({ description: "how many texts it holds" })),
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type SecretStatus = Static<typeof SecretStatus>;

/** Neither a sealed text with a typing error nor what we print instead of one must be sealed as if it were the secret. */
function sealedProblems({ data = {} }: SecretSpec): Problem[] {
  return Object.entries(data).flatMap(([key, text]) => {
    const path = ["spec", "data", key];
    if (isNotShown(text)) return [{ path, message: "is what vmctl prints instead of a text: give the text itself" }];
    const isBroken = claimsToBeSealed(text) && !isSealed(text);
    return isBroken ? [{ path, message: "begins with sealed: but is no whole sealed text" }] : [];
  });
}

/** Else what is stored could not be read again, because sealing makes it longer. */
function sizeProblems({ data = {} }: SecretSpec): Problem[] {
  const sizes = Object.entries(data)
    .filter(([, text]) => !isSealed(text))
    .map(([key, text]) => ({ path: ["spec", "data", key], bytes: Buffer.byteLength(text) }));
  const long = sizes.filter(({ bytes }) => bytes > CLOUD_INIT_LIMIT);
  if (long.length > 0)
    return long.map(({ path, bytes }) => ({ path, message: `has ${bytes} bytes: at most ${CLOUD_INIT_LIMIT}` }));
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all <= ALL_LIMIT) return [];
  return [{ path: ["spec", "data"], message: `has ${all} bytes: at most ${ALL_LIMIT}` }];
}

/** Keys whose text is not sealed: of an object that was written around vmctl. */
export const clearKeys = ({ data = {} }: SecretSpec): string[] =>
  Object.entries(data).flatMap(([key, text]) => (isSealed(text) ? [] : [key]));

export const Secret: KindInfo = {
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  shortNames: ["sec"],
  namespaced: true,
  spec: SecretSpec,
  status: SecretStatus,
  rules: (spec) => [...sealedProblems(spec as SecretSpec), ...sizeProblems(spec as SecretSpec)],
  conditions: { accepted: "Accepted", ready: "Ready", ...COMMON_CONDITION },
  columns: [{ heading: "DATA", path: "status.keys" }],
  description:
    "Texts that nobody may read from the cluster but its controllers and the hosts that need them: user-data (cloudInit.userDataFrom) and what downloads of images need (credentials).",
};
