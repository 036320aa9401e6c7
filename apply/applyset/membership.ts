import { type Static, Type } from "typebox";
import { decodeWith } from "../../resources/decode.ts";
import { applySetKey } from "../../resources/keys.ts";
import { API_VERSION, Name, Uid } from "../../resources/meta.ts";
import { currentDocument } from "../../resources/versions.ts";

/** One object of a set. The uid tells it from another that has the same name later. */
const Member = Type.Object({
  kind: Type.String(),
  namespace: Type.Optional(Name),
  name: Name,
  uid: Uid,
});
export type Member = Readonly<Static<typeof Member>>;

/**
 * What an ApplySet holds: everything that an apply of the set made or took in and that was not pruned since. Written
 * before the objects, so that whatever was made is known even if who made it died right after.
 */
const Membership = Type.Object({
  apiVersion: Type.Literal(API_VERSION),
  kind: Type.Literal("ApplySet"),
  name: Name,
  updatedBy: Type.String(),
  updatedAt: Type.String(),
  members: Type.Array(Member),
});
export type Membership = Readonly<Static<typeof Membership>>;

export const decodeMembership = decodeWith<Membership>(
  Membership,
  (key, { name }) => (key === applySetKey(name) ? undefined : `it is of set ${JSON.stringify(name)}`),
  currentDocument,
);

/** By kind, namespace and name. */
export const memberId = ({ kind, namespace = "", name }: Omit<Member, "uid">): string => `${kind}/${namespace}/${name}`;

/** In an order that does not depend on the order of files. */
export const inOrder = (members: readonly Member[]): readonly Member[] =>
  [...members].sort((a, b) => (memberId(a) < memberId(b) ? -1 : 1));
