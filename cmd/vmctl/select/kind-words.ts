import { didYouMean } from "../../../resources/did-you-mean.ts";
import { EventKind } from "../../../resources/event.ts";
import { findKind, findShownKind, KINDS, type KindInfo } from "../../../resources/kinds.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { UsageError } from "../../config/usage-error.ts";

/** The kind of this name; UsageError with what was probably meant, or with all there are. */
export function requireKind(word: string): KindInfo {
  const kind = findKind(withoutGroup(word));
  if (kind) return kind;
  if (kindsOfCategory(word)) throw new UsageError(`"${word}" means several kinds: an object goes with its own`);
  return refuse(word);
}

/** The same for looking only: an Event is a kind too. */
export const requireShownKind = (word: string): KindInfo => findShownKind(withoutGroup(word)) ?? requireKind(word);

/** Whether a word of `get` means events, which are read elsewhere. */
export const meansEvents = (word: string): boolean => findShownKind(withoutGroup(word)) === EventKind;

/** The kinds of a word: one by any of its names, or all of a category. */
export function requireKinds(word: string): readonly KindInfo[] {
  const kind = findKind(withoutGroup(word));
  return kind ? [kind] : (kindsOfCategory(word) ?? refuse(word));
}

/** `undefined` if no kind is in a category of this name. */
export function kindsOfCategory(word: string): readonly KindInfo[] | undefined {
  const wanted = word.toLowerCase();
  const kinds = KINDS.filter(({ categories = [] }) => categories.includes(wanted));
  return kinds.length > 0 ? kinds : undefined;
}

/** `instances.v1alpha1.compute.vmctl` and `instances.compute.vmctl` are `instances`, as kubectl's users may be exact. */
function withoutGroup(word: string): string {
  const [group = "", version = ""] = API_VERSION.split("/");
  const ending = [`.${version}.${group}`, `.${group}`].find((each) => word.endsWith(each)) ?? "";
  return word.slice(0, word.length - ending.length);
}

export const plurals = (): string[] => KINDS.map(({ plural }) => plural);

function refuse(word: string): never {
  const elsewhere = ELSEWHERE.find(([pattern]) => pattern.test(word))?.[1];
  if (elsewhere !== undefined) throw new UsageError(`unknown kind "${word}"; did you mean ${elsewhere}?`);
  const known = `; an object goes with its kind: instance/${word}; known: ${plurals().join(", ")}`;
  throw new UsageError(`unknown kind "${word}"${didYouMean(word, words()) || known}`);
}

/** What people of kubectl, OpenStack and virsh call the same. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^(events?|ev)$/i, "`vmctl events`"],
  [/^(pods?|po|servers?|domains?|guests?|virtualmachines?|vms)$/i, '"instances"'],
  [/^(nodes?|no|hosts?|computes?)$/i, '"hypervisors"'],
  [/^(contexts?|clusters?)$/i, "`vmctl config`"],
  [/^(deploy(ments?)?|rs|replicasets?|sts|statefulsets?|ds|daemonsets?)$/i, '"instancesets"'],
  [/^(cm|configmaps?)$/i, "`vmctl explain instance.spec.cloudInit`"],
  [/^(crds?|customresourcedefinitions?|apiservices?)$/i, "`vmctl api-resources`"],
  [/^(cs|componentstatus(es)?)$/i, "`vmctl cluster-info`"],
];

const words = (): string[] => [
  ...KINDS.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]),
  ...KINDS.flatMap(({ categories = [] }) => categories),
];
