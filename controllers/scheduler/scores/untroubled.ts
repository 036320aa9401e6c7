import { tolerates } from "../../../resources/taint.ts";
import { writtenSpec } from "../peers.ts";
import type { Score } from "./score.ts";

/** PreferNoSchedule taints that are not tolerated: such a host is taken when no other will do, the fewer the better. */
export const untroubled: Score = {
  name: "preferNoSchedule",
  weight: 100,
  of: ({ host }, { spec: { tolerations = [] } }) => {
    const { taints = [] } = writtenSpec(host);
    let troubles = 0;
    for (const taint of taints)
      if (taint.effect === "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint)))
        troubles += 1;
    return 1 / (1 + troubles);
  },
};
