import { tolerates } from "../../../resources/taint.ts";
import { writtenSpec } from "../peers.ts";
import type { Filter } from "./filter.ts";

/** Every NoSchedule taint has to be tolerated. */
export const untainted: Filter = {
  name: "untainted",
  refuse: (host, { spec: { tolerations = [] } }) => {
    const { taints } = writtenSpec(host);
    const taint = taints?.find(
      (candidate) =>
        candidate.effect === "NoSchedule" && !tolerations.some((toleration) => tolerates(toleration, candidate)),
    );
    return taint && `taint ${taint.key}${taint.value === undefined ? "" : `=${taint.value}`}`;
  },
};
