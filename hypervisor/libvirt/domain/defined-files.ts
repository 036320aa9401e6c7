import type { LibvirtLink } from "../libvirt-link.ts";
import type { MachineRecord } from "../record/machine-record.ts";
import type { DomainRef } from "../rpc/wire-refs.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { attribute, findAll, type XmlElement } from "../xml/xml-element.ts";

/** The files that a domain of ours was defined with, by the places we put them in: vda, vdb, the console's log. */
export async function readDefinedFiles(link: LibvirtLink, ref: DomainRef): Promise<Partial<MachineRecord["files"]>> {
  const xml = parseXml(await link.quick.domains.getXml(ref));
  const disks = findAll(xml, "devices", "disk");
  const console = findAll(xml, "devices", "serial").map((serial) => attribute(serial, ["log"], "file"))[0];
  const disk = fileOf(disks, "vda");
  const seed = fileOf(disks, "vdb");
  return { ...(disk && { disk }), ...(seed && { seed }), ...(console && { console }) };
}

function fileOf(disks: readonly XmlElement[], target: string): string | undefined {
  const disk = disks.find((each) => attribute(each, ["target"], "dev") === target);
  return attribute(disk, ["source"], "file");
}
