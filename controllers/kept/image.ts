import { Image, type ImageSpec, type ImageStatus } from "../../resources/image.ts";
import { parseTail } from "../../resources/keys.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import type { KeptKind } from "./kept-kind.ts";

/** An Image has the digest that every copy must have, as soon as it is known. */
export const keptImage: KeptKind = {
  kind: Image,
  use: "was made from it",
  usersOf: (view, tail) =>
    assignedFrom(view, tail)
      .map(({ namespace, name }) => `${namespace}/${name}`)
      .sort(),
  news: (view, tail, { accepted, status }) => ({
    digest:
      declaredDigest(accepted?.spec as ImageSpec | undefined) ??
      (status as ImageStatus).digest ??
      reportedDigest(view, tail),
  }),
};

/** Instances on hosts, by what these were told. */
function assignedFrom(view: ClusterView, tail: string) {
  const name = parseTail(tail)?.name;
  return [...view.all("assignedInstance", "assigned/")]
    .map(({ value }) => value)
    .filter(({ machine }) => machine.image.name === name);
}

/** A sha256 checksum is the digest; other checksums are verified by the host that downloads first. */
function declaredDigest(spec: ImageSpec | undefined): string | undefined {
  const checksum = spec?.checksum;
  return typeof checksum === "string" && checksum.startsWith("sha256:") ? checksum : undefined;
}

/** The first digest that a host reported for an instance made from this Image. */
function reportedDigest(view: ClusterView, tail: string): string | undefined {
  for (const { hypervisor, uid } of assignedFrom(view, tail)) {
    const digest = view.observed(hypervisor, uid)?.value.image?.digest;
    if (digest) return digest;
  }
  return undefined;
}
