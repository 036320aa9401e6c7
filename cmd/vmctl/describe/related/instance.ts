import { Hypervisor } from "../../../../resources/hypervisor.ts";
import { Image } from "../../../../resources/image.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { formatCell } from "../../output/cell.ts";
import { fieldAt } from "../../output/field-at.ts";
import type { Neighbours } from "../neighbours.ts";
import { imagesOf } from "./image-of.ts";
import { objectLines } from "./object-lines.ts";
import type { Part } from "./part.ts";

/** What it is made from and where it is. */
export const instanceParts = (instance: JoinedObject, now: number): readonly Part[] => [
  { title: "Image", read: (neighbours) => imageLines(instance, neighbours, now) },
  { title: "Hypervisor", read: (neighbours) => hypervisorLines(instance, neighbours, now) },
];

async function imageLines(instance: JoinedObject, neighbours: Neighbours, now: number): Promise<string[]> {
  const images = await imagesOf(instance, neighbours);
  if (images.length > 0) return objectLines({ kind: Image, objects: images, now, wide: true });
  const named = fieldAt(instance, "spec.image");
  if (named === undefined) return ["none named, and no Image is marked default"];
  const isByName = fieldAt(named, "name") !== undefined;
  return [isByName ? `image/${formatCell(named)} is not there` : `a source of its own: ${formatCell(named)}`];
}

async function hypervisorLines(instance: JoinedObject, neighbours: Neighbours, now: number): Promise<string[]> {
  const bound = fieldAt(instance, "status.hypervisor");
  const name = bound ?? fieldAt(instance, "spec.hypervisor");
  if (typeof name !== "string") return ["none yet"];
  const hypervisor = await neighbours.get(Hypervisor, name);
  const note = bound === undefined ? ["pinned to it, not bound yet"] : [];
  if (!hypervisor) return [...note, `hypervisor/${formatCell(name)} is not there`];
  return [...objectLines({ kind: Hypervisor, objects: [hypervisor], now }), ...note];
}
