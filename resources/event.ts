import { type Static, Type } from "typebox";
import { Timestamp, Uid } from "./meta.ts";

/** The value of an `events/<uid>/<reason>` key: one transition, counted when it comes again. */
export const Event = Type.Object({
  uid: Uid,
  kind: Type.String(),
  namespace: Type.Optional(Type.String()),
  name: Type.String(),
  type: Type.Union([Type.Literal("Normal"), Type.Literal("Warning")]),
  reason: Type.String(),
  message: Type.String({ maxLength: 1024 }),
  count: Type.Integer({ minimum: 1 }),
  firstTimestamp: Timestamp,
  lastTimestamp: Timestamp,
});
export type Event = Static<typeof Event>;
