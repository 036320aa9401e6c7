import type { MachineIdentity, MachineTags } from "../../hypervisor.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { element, textAt, type XmlElement } from "../xml/xml-element.ts";

/** Namespace of our element under a domain's or network's `<metadata>`. It is what makes a thing ours. */
export const METADATA_URI = "https://compute.vmctl/xmlns/libvirt/1";
export const METADATA_PREFIX = "vmctl";

export interface Ownership {
  readonly identity: MachineIdentity;
  readonly tags: MachineTags;
}

/** The element that goes under `<metadata>`: identity as attributes for people, tags as JSON for us. */
export function ownershipElement({ uid, namespace, name, epoch }: MachineIdentity, tags: MachineTags): XmlElement {
  const xmlns = { [`xmlns:${METADATA_PREFIX}`]: METADATA_URI };
  return element(`${METADATA_PREFIX}:instance`, { ...xmlns, uid, namespace, name, epoch }, [
    element(`${METADATA_PREFIX}:tags`, {}, JSON.stringify(tags)),
  ]);
}

/**
 * What libvirt hands back for our namespace. Undefined when it is not whole, or when its uid is not the domain's
 * uuid: virt-clone copies metadata, and a clone is not ours.
 */
export function parseOwnership(text: string, uuid: string): Ownership | undefined {
  try {
    return ownershipOf(parseXml(text), uuid);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function ownershipOf(root: XmlElement, uuid: string): Ownership | undefined {
  const { uid, namespace, name, epoch } = root.attributes;
  // libvirt gives the element back without our prefix when asked for by its namespace.
  const json = textAt(root, `${METADATA_PREFIX}:tags`) ?? textAt(root, "tags");
  if (uid !== uuid || !namespace || !name || !json) return undefined;
  const tags: unknown = JSON.parse(json);
  if (!isTags(tags)) return undefined;
  return { identity: { uid, namespace, name, epoch: Number(epoch) || tags.epoch }, tags };
}

/** Metadata is text that anybody with virsh may have edited: only a value with every needed field counts. */
function isTags(value: unknown): value is MachineTags {
  if (typeof value !== "object" || value === null) return false;
  const tags = value as Record<string, unknown>;
  const isOf = (type: string) => (key: string) => typeof tags[key] === type;
  return (
    ["epoch", "specRevision", "generation", "vcpu", "memory", "disk", "restarts"].every(isOf("number")) &&
    ["instanceId", "guestDigest", "imageKey", "hostname"].every(isOf("string")) &&
    ["restartToken", "recreateToken"].every((key) => tags[key] === undefined || typeof tags[key] === "string") &&
    ["undefined", "number"].includes(typeof tags["lostRevision"]) &&
    Array.isArray(tags["interfaces"]) &&
    tags["interfaces"].every(isInterface)
  );
}

function isInterface(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, mac } = value as Record<string, unknown>;
  return typeof name === "string" && typeof mac === "string";
}
