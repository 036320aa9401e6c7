import { type AffinityTerm, topologyOf } from "../../resources/affinity.ts";
import { isSelected, type LabelSelector } from "../../resources/label-selector.ts";
import type { BoundInstance } from "../cluster/bound-index.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { readHypervisor } from "../cluster/hypervisor-facts.ts";
import { type ImageOnHost, wishedImage } from "../cluster/image-index.ts";
import type { Beside } from "./beside.ts";
import { type Peers, placesOf, type Repulsion, type Wish } from "./peers.ts";
import { type Needs, type Unbound, wishOf } from "./unbound.ts";

interface PeersInput {
  readonly view: ClusterView;
  readonly wish: Wish;
  readonly beside: Beside;
  /** Identity of the wished image; see ImageIndex. */
  readonly image: string | undefined;
  /** Its own tail, of one that has a host: it is no peer of itself. */
  readonly self?: string | undefined;
}

export const peersOf = (view: ClusterView, unbound: Unbound, needs: Needs, beside: Beside): Peers =>
  new ClusterPeers({ view, wish: wishOf(unbound), beside, image: wishedImage(unbound.wish, needs.image?.name) });

/** The peers of one wish, counted when somebody asks, each question once. */
export class ClusterPeers implements Peers {
  readonly #input: PeersInput;
  readonly #selected = new Map<LabelSelector, readonly BoundInstance[]>();
  readonly #counts = new Map<LabelSelector, Map<string, ReadonlyMap<string, number>>>();
  #repulsions: readonly Repulsion[] | undefined;

  constructor(input: PeersInput) {
    this.#input = input;
  }

  count = (selector: LabelSelector): number => this.#select(selector).length;

  countAt = (topology: string, value: string, selector: LabelSelector): number => {
    const byTopology = this.#counts.get(selector) ?? new Map<string, ReadonlyMap<string, number>>();
    this.#counts.set(selector, byTopology);
    const counts = byTopology.get(topology) ?? this.#count(topology, this.#select(selector));
    byTopology.set(topology, counts);
    return counts.get(value) ?? 0;
  };

  get repulsions(): readonly Repulsion[] {
    this.#repulsions ??= this.#repelling();
    return this.#repulsions;
  }

  imageOn = (host: string): ImageOnHost | undefined => {
    const { view, image } = this.#input;
    return image === undefined ? undefined : view.images.on(image, host);
  };

  #select(selector: LabelSelector): readonly BoundInstance[] {
    const known = this.#selected.get(selector);
    if (known) return known;
    const { view, wish, beside, self } = this.#input;
    const [label] = Object.entries(selector.matchLabels ?? {});
    const likely = label ? view.bound.withLabel(wish.namespace, label) : view.bound.in(wish.namespace);
    const selected = [...likely, ...beside.boundIn(wish.namespace)].filter(
      ({ labels, tail }) => tail !== self && isSelected(selector, labels),
    );
    this.#selected.set(selector, selected);
    return selected;
  }

  #count(topology: string, selected: readonly BoundInstance[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { host } of selected)
      for (const place of this.#placesOf(host, topology)) counts.set(place, (counts.get(place) ?? 0) + 1);
    return counts;
  }

  #placesOf = (host: string, topology: string): readonly string[] =>
    topology === "host" ? [host] : placesOf(readHypervisor(this.#input.view, host), topology);

  #repelling(): readonly Repulsion[] {
    const { view, wish, beside, self } = this.#input;
    const values = new Map<string, Set<string>>();
    const repels = ({ labelSelector }: AffinityTerm): boolean => isSelected(labelSelector, wish.labels);
    for (const { host, antiAffinity, tail } of [
      ...view.bound.withTerms(wish.namespace),
      ...beside.boundIn(wish.namespace),
    ])
      for (const term of tail === self ? [] : antiAffinity.filter(repels))
        for (const place of this.#placesOf(host, topologyOf(term)))
          values.set(topologyOf(term), (values.get(topologyOf(term)) ?? new Set()).add(place));
    return [...values].map(([topology, places]) => ({ topology, values: places }));
  }
}
