import { type Static, Type } from "typebox";
import { type Decode, decodeWith } from "./decode.ts";
import { InstanceSpec } from "./instance.ts";
import { API_VERSION, Name } from "./meta.ts";

/** So many instances are answered at once; the others go unanswered, and the asker says so. */
export const REVIEW_LIMIT = 200;
/** Neither question nor answer outlives this, whoever dies in between. */
export const REVIEW_SECONDS = 600;

const envelope = { apiVersion: Type.Literal(API_VERSION), kind: Type.Literal("PlacementReview") };
const Subject = { namespace: Name, name: Name };
const Count = Type.Integer({ minimum: 0 });

/** How an instance of a review is explained. */
const Explain = Type.Object({
  /** As many hosts as an answer can hold, those beyond the first ones without their scores; absent: the first ones. */
  allHosts: Type.Optional(Type.Boolean()),
});

/**
 * The value of `reviews/<id>`: where would these instances go, if they were made now, in this order? Written by
 * whoever asks, on a lease of its own. Nothing is claimed for the answer.
 */
export const PlacementReview = Type.Object({
  ...envelope,
  spec: Type.Object({
    instances: Type.Array(
      Type.Object({
        ...Subject,
        spec: InstanceSpec,
        labels: Type.Optional(Type.Record(Type.String(), Type.String())),
        /** Of an instance that exists: what it holds counts as free, and it is no neighbour of its own. */
        uid: Type.Optional(Type.String()),
      }),
      { maxItems: REVIEW_LIMIT },
    ),
    /** Of the first instance, host by host. */
    explain: Type.Optional(Explain),
  }),
});
export type PlacementReview = Static<typeof PlacementReview>;

const { instances } = PlacementReview.properties.spec.properties;
/** As it is stored: what is wrong with a spec is for the answer to say. */
const StoredReview = Type.Object({
  ...PlacementReview.properties,
  spec: Type.Object({
    ...PlacementReview.properties.spec.properties,
    instances: Type.Array(Type.Object({ ...instances.items.properties, spec: Type.Unknown() }), {
      maxItems: REVIEW_LIMIT,
    }),
  }),
});
/** Specs are not judged yet. */
export const decodePlacementReview: Decode<PlacementReview> = decodeWith<PlacementReview>(
  StoredReview,
  () => undefined,
);

const Host = { hypervisor: Type.String() };
const Score = Type.Object({ name: Type.String(), score: Type.Number(), weight: Type.Number() });
const Counted = Type.Object({ reason: Type.String(), count: Count });

/** Where an instance could go and what stands in its way, host by host; as if it were to be placed now. */
export const PlacementExplanation = Type.Object({
  /** How many hypervisors there are. */
  hypervisors: Count,
  /** Where it has its place. */
  bound: Type.Optional(Type.String()),
  /** It has none: how many that ask for the same wait beside it, and how many of all that wait have a higher priority. */
  waiting: Type.Optional(Type.Object({ same: Count, higher: Count })),
  /** What keeps it from every host: a quota, a name that is not there. */
  problem: Type.Optional(Type.String()),
  /** Best first: a sum of score times weight. */
  fits: Type.Array(Type.Object({ ...Host, total: Type.Number(), scores: Type.Optional(Type.Array(Score)) })),
  moreFit: Type.Optional(Count),
  /** Nearest first. `by`: `placement`, or the filter. */
  refused: Type.Array(Type.Object({ ...Host, by: Type.String(), reason: Type.String(), text: Type.String() })),
  moreRefused: Type.Optional(Type.Array(Counted)),
  /** The smallest change after which it would fit somewhere. */
  change: Type.Optional(Type.Object({ ...Host, text: Type.String() })),
});
export type PlacementExplanation = Static<typeof PlacementExplanation>;

/** The value of `review-answers/<id>`. `hypervisor` absent: nowhere, and `message` says why. */
export const PlacementReviewAnswer = Type.Object({
  ...envelope,
  status: Type.Object({
    instances: Type.Array(
      Type.Object({
        ...Subject,
        hypervisor: Type.Optional(Type.String()),
        message: Type.Optional(Type.String()),
        explanation: Type.Optional(PlacementExplanation),
      }),
    ),
  }),
});
export type PlacementReviewAnswer = Static<typeof PlacementReviewAnswer>;
export type ReviewedInstance = PlacementReviewAnswer["status"]["instances"][number];
export const decodePlacementReviewAnswer: Decode<PlacementReviewAnswer> = decodeWith<PlacementReviewAnswer>(
  PlacementReviewAnswer,
  () => undefined,
);
