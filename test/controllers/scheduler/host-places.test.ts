import { expect, it } from "vitest";
import type { BoundInstance } from "../../../controllers/cluster/bound-index.ts";
import { hostPlacesPart } from "../../../controllers/scheduler/host-places.ts";
import type { Wish } from "../../../controllers/scheduler/peers.ts";
import { viewOf } from "../support/view.ts";

const WEB = { matchLabels: { app: "web" } };
const term = (topology: string) => ({ labelSelector: WEB, topology });
const wish = { uid: "u", namespace: "default", labels: { app: "web" }, spec: {} } as unknown as Wish;

/** Somebody who is being bound, and wants to be apart from `web`. */
const beside = (topology: string) => [{ antiAffinity: [term(topology)] } as unknown as BoundInstance];

it.each([
  ["nobody says anything of its place", wish, [], 0],
  ["its own term goes by a label of hosts", { ...wish, spec: { antiAffinity: [term("rack")] } } as Wish, [], 1],
  ["its own term goes by hosts alone", { ...wish, spec: { antiAffinity: [term("host")] } } as Wish, [], 0],
  ["one that is on its way keeps it out of racks", wish, beside("rack"), 1],
  ["one that is on its way keeps it off hosts", wish, beside("host"), 0],
  ["one that is on its way means others", { ...wish, labels: { app: "db" } }, beside("rack"), 0],
])("holds a bind to the manifests of all hosts or not: %s", (_what, asked, others, count) => {
  expect(hostPlacesPart(viewOf({}), asked, others).compares).toHaveLength(count);
});
