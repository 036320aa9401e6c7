import { isIP } from "node:net";
import { affinityProblems } from "./affinity-rules.ts";
import type { FlavorSpec } from "./flavor.ts";
import { groupProblems } from "./group-rules.ts";
import { credentialsProblems } from "./image-source.ts";
import type { InstanceSpec, Interface } from "./instance.ts";
import { wordsProblems } from "./placement-rules.ts";
import { MAX_AMOUNT } from "./placement-words.ts";
import type { Problem } from "./problem.ts";
import { parseQuantity } from "./quantity.ts";
import { queryProblems } from "./query-rules.ts";
import { tolerationProblems } from "./taint.ts";

/** user-data and friends: what etcd carries comfortably and clouds accept. */
export const CLOUD_INIT_LIMIT = 65536;
/** Less than this is a mistake (a bare `512` meant as MiB), not a machine. */
const SMALLEST = 2 ** 20;
/** Bytes: Placement counts MiB in 31 bits. */
const LARGEST_MEMORY = MAX_AMOUNT * 2 ** 20;

/** What no schema can say about an instance's spec. The spec has passed its schema. */
export function instanceProblems(spec: InstanceSpec): Problem[] {
  const problems = fieldProblems(spec);
  // A query is judged beside the rest, which has to be in order for that.
  return problems.length > 0 ? problems : queryProblems(spec);
}

function fieldProblems(spec: InstanceSpec): Problem[] {
  return [
    ...amountProblems(spec),
    ...(spec.interfaces ?? []).flatMap(interfaceProblems),
    ...duplicates(spec.interfaces ?? [], "name"),
    ...duplicates(spec.interfaces ?? [], "mac"),
    ...cloudInitProblems(spec),
    ...(spec.image && "source" in spec.image ? credentialsProblems(spec.image, ["spec", "image"]) : []),
    ...wordsProblems(spec, ["spec"]),
    ...groupProblems(spec),
    ...affinityProblems(spec),
    ...tolerationProblems(spec.tolerations ?? [], ["spec", "tolerations"]),
    ...failoverProblems(spec),
  ];
}

/** Of an instance or a flavor. */
export function amountProblems(spec: Pick<InstanceSpec, "resources"> | FlavorSpec): Problem[] {
  return (["memory", "disk"] as const).flatMap((field) => {
    const written = spec.resources?.[field];
    if (written === undefined) return [];
    const path = ["spec", "resources", field];
    const bytes = parseQuantity(written);
    if (bytes === undefined) return [{ path, message: `is larger than can be counted (got ${written})` }];
    if (field === "memory" && bytes > LARGEST_MEMORY)
      return [{ path, message: `is larger than Placement can count (got ${written})` }];
    if (bytes >= SMALLEST) return [];
    return [
      {
        path,
        message: `must be at least 1Mi (got ${written} bytes; did you mean ${Number.parseInt(String(written), 10)}Mi?)`,
      },
    ];
  });
}

function interfaceProblems(item: Interface, index: number): Problem[] {
  const path = ["spec", "interfaces", index];
  const problems: Problem[] = [];
  if (item.network !== undefined && item.bridge !== undefined)
    problems.push({ path: [...path, "bridge"], message: "cannot stand beside network: an interface has one of them" });
  if (item.mac !== undefined && Number.parseInt(item.mac.slice(0, 2), 16) % 2 === 1)
    problems.push({ path: [...path, "mac"], message: `is a multicast address (got "${item.mac}")` });
  if (item.mac === "00:00:00:00:00:00") problems.push({ path: [...path, "mac"], message: "must not be all zero" });
  item.addresses?.forEach((address, at) => {
    if (!isAddressWithPrefix(address))
      problems.push({
        path: [...path, "addresses", at],
        message: `must be an address with its prefix length such as 192.0.2.7/24 or 2001:db8::7/64 (got "${address}")`,
      });
  });
  return problems;
}

function isAddressWithPrefix(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || address.includes("%") || rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length ?? ""))
    return false;
  return Number(length) <= (family === 4 ? 32 : 128);
}

function duplicates(interfaces: readonly Interface[], field: "name" | "mac"): Problem[] {
  return interfaces.flatMap((item, index) => {
    const value = item[field];
    const first = interfaces.findIndex((other) => other[field] === value);
    if (value === undefined || first === index) return [];
    return [{ path: ["spec", "interfaces", index, field], message: `is taken by interface ${first} (got "${value}")` }];
  });
}

function cloudInitProblems(spec: InstanceSpec): Problem[] {
  if (spec.cloudInit?.userData !== undefined && spec.cloudInit.userDataFrom !== undefined)
    return [{ path: ["spec", "cloudInit", "userDataFrom"], message: "cannot stand beside userData: it replaces it" }];
  const texts = Object.values(spec.cloudInit ?? {}).filter((text) => typeof text === "string");
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= CLOUD_INIT_LIMIT) return [];
  return [
    { path: ["spec", "cloudInit"], message: `must have at most ${CLOUD_INIT_LIMIT} bytes together (got ${bytes})` },
  ];
}

/** In the schema, so that its day needs no new field; refused, because starting elsewhere without proof breaks I1. */
function failoverProblems(spec: InstanceSpec): Problem[] {
  if (spec.failover !== "Restart") return [];
  return [{ path: ["spec", "failover"], message: 'is refused until fencing is built: only Never (got "Restart")' }];
}
