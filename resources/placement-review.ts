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

/**
 * The value of `reviews/<id>`: where would these instances go, if they were made now, in this order? Written by
 * whoever asks, on a lease of its own. Nothing is claimed for the answer.
 */
export const PlacementReview = Type.Object({
  ...envelope,
  spec: Type.Object({
    instances: Type.Array(Type.Object({ ...Subject, spec: InstanceSpec }), { maxItems: REVIEW_LIMIT }),
  }),
});
export type PlacementReview = Static<typeof PlacementReview>;
export const decodePlacementReview: Decode<PlacementReview> = decodeWith<PlacementReview>(
  PlacementReview,
  () => undefined,
);

/** The value of `review-answers/<id>`. `hypervisor` absent: nowhere, and `message` says why. */
export const PlacementReviewAnswer = Type.Object({
  ...envelope,
  status: Type.Object({
    instances: Type.Array(
      Type.Object({ ...Subject, hypervisor: Type.Optional(Type.String()), message: Type.Optional(Type.String()) }),
    ),
  }),
});
export type PlacementReviewAnswer = Static<typeof PlacementReviewAnswer>;
export type ReviewedInstance = PlacementReviewAnswer["status"]["instances"][number];
export const decodePlacementReviewAnswer: Decode<PlacementReviewAnswer> = decodeWith<PlacementReviewAnswer>(
  PlacementReviewAnswer,
  () => undefined,
);
