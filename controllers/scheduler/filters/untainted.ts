import { type Taint, type Toleration, tolerates } from "../../../resources/taint.ts";
import { writtenSpec } from "../peers.ts";
import { COST, type Filter } from "./filter.ts";

/** Every NoSchedule taint has to be tolerated. */
export const untainted: Filter = {
  name: "untainted",
  refuse: (host, { spec: { tolerations = [] } }) => {
    const { taints } = writtenSpec(host);
    const taint = taints?.find((candidate) => isInTheWay(candidate, tolerations));
    return taint && `taint ${wordsOf(taint)}`;
  },
  explain: (host, { spec: { tolerations = [] } }) => {
    const taints = (writtenSpec(host).taints ?? []).filter((taint) => isInTheWay(taint, tolerations)).map(wordsOf);
    const way = `${taints.length === 1 ? "a toleration" : "tolerations"} of ${taints.join(" and ")}`;
    return { remedy: { ways: [way], cost: COST.instance * taints.length } };
  },
};

const isInTheWay = (taint: Taint, tolerations: readonly Toleration[]): boolean =>
  taint.effect === "NoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint));

const wordsOf = ({ key, value }: Taint): string => `${key}${value === undefined ? "" : `=${value}`}`;
