import { type Static, Type } from "typebox";
import type { KindInfo } from "./kinds.ts";
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

const text = (description: string) => Type.String({ description });

/** An event as it is shown: what it is about stands below `object`. Never applied, never edited. */
export const EventKind: KindInfo = {
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  spec: Type.Object({}),
  status: Type.Object({}),
  columns: [],
  description: "What happened to an object of late; controllers write it, and it goes after about an hour.",
  fields: {
    object: Type.Object(
      { kind: text("its kind"), namespace: Type.Optional(text("where it is")), name: text("its name"), uid: Uid },
      { description: "what it is about" },
    ),
    type: Type.Union([Type.Literal("Normal"), Type.Literal("Warning")], { description: "whether to worry" }),
    reason: text("one word for programs"),
    message: text("the same for people"),
    count: Type.Integer({ minimum: 1, description: "how often it came" }),
    firstTimestamp: { ...Timestamp, description: "when it came first" },
    lastTimestamp: { ...Timestamp, description: "when it came last" },
  },
};
