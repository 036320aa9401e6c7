import { parseTail, statusKey, uidKey } from "../../resources/keys.ts";
import type { Informer } from "../../store/informer-contract.ts";
import type { ClusterRecord } from "./cluster-record.ts";
import type { HypervisorFacts } from "./hypervisor-facts.ts";
import { hypervisorTail } from "./hypervisor-usage.ts";

/** Of a key that says something about one hypervisor, its name. */
const HOST_KEY = /^(?:(?:spec|status)\/cluster\/hypervisors\/|assigned\/|observed\/)([^/]+)(?:\/host)?$/;
const STATUSES = "status/cluster/hypervisors/";
export const HYPERVISOR_SPECS = "spec/cluster/hypervisors/";

/**
 * What is known of each hypervisor, read again only when one of its keys changed: a decision looks at dozens of hosts,
 * and a host changes seldom. Follows the informer, which must be ready.
 */
export class HypervisorCache {
  readonly #informer: Informer<ClusterRecord>;
  readonly #kept = new Map<string, HypervisorFacts>();
  /** Whose facts depend on who owns a uid. */
  readonly #dependents = new Map<string, Set<string>>();
  /** Several only where somebody copied a status record. */
  readonly #namesOfUid = new Map<string, Set<string>>();
  readonly #uidOfName = new Map<string, string>();
  /** Of what is kept, where one alone has the uid. */
  readonly #byUid = new Map<string, HypervisorFacts>();
  #newestSpec: number | undefined;

  constructor(informer: Informer<ClusterRecord>) {
    this.#informer = informer;
    for (const { key } of informer.entries(STATUSES)) this.#noteUid(key);
    informer.onChange((key) => this.#changed(key));
  }

  /** Name of the hypervisor that was admitted with this uid, which is the uuid of its provider; of several, the owner. */
  nameOf(uid: string): string | undefined {
    const names = this.#namesOfUid.get(uid);
    if (names === undefined || names.size < 2) return names?.values().next().value;
    const owner = this.#informer.get(uidKey(uid))?.value;
    return [...names].find((name) => owner?.type === "uid" && owner.value.tail === hypervisorTail(name));
  }

  /** When the manifest of any was written last. */
  get newestSpec(): number {
    this.#newestSpec ??= newestOf(this.#informer, HYPERVISOR_SPECS);
    return this.#newestSpec;
  }

  /** `read` makes them anew; what it says of being alive must be asked for each time, for no key tells of it. */
  get(name: string, read: () => HypervisorFacts): HypervisorFacts {
    const known = this.#kept.get(name);
    if (known) return known;
    const facts = read();
    // A name that a spec made up: nothing would ever take it out again.
    if (!facts.spec && !facts.status && !facts.observed && !facts.assignedHost) return facts;
    this.#kept.set(name, facts);
    for (const uid of [facts.spec?.value.metadata.uid, facts.status?.value.uid])
      if (uid) this.#dependents.set(uid, (this.#dependents.get(uid) ?? new Set()).add(name));
    return facts;
  }

  /** The same by the uid of its provider; `read` gets its name. */
  ofProvider(uid: string, read: (name: string) => HypervisorFacts): HypervisorFacts | undefined {
    const known = this.#byUid.get(uid);
    if (known) return known;
    const name = this.nameOf(uid);
    const facts = name === undefined ? undefined : read(name);
    if (facts && this.#kept.get(facts.name) === facts && this.#namesOfUid.get(uid)?.size === 1)
      this.#byUid.set(uid, facts);
    return facts;
  }

  #forget(name: string): void {
    this.#kept.delete(name);
    this.#byUid.delete(this.#uidOfName.get(name) ?? "");
  }

  #changed(key: string): void {
    if (key.startsWith("uids/")) this.#uidChanged(key.slice("uids/".length));
    const name = HOST_KEY.exec(key)?.[1];
    if (name === undefined) return;
    this.#forget(name);
    if (key.startsWith(STATUSES)) this.#noteUid(key);
    if (key.startsWith(HYPERVISOR_SPECS)) this.#newestSpec = undefined;
  }

  #uidChanged(uid: string): void {
    for (const name of this.#dependents.get(uid) ?? []) this.#forget(name);
    this.#dependents.delete(uid);
  }

  #noteUid(key: string): void {
    const name = parseTail(key.slice(statusKey("").length))?.name ?? "";
    const record = this.#informer.get(key)?.value;
    const uid = record?.type === "status" ? record.value.uid : undefined;
    if (this.#uidOfName.get(name) === uid) return;
    this.#forgetUid(name);
    if (uid === undefined) return;
    this.#byUid.delete(uid);
    this.#uidOfName.set(name, uid);
    this.#namesOfUid.set(uid, (this.#namesOfUid.get(uid) ?? new Set()).add(name));
  }

  #forgetUid(name: string): void {
    const uid = this.#uidOfName.get(name);
    if (uid === undefined) return;
    this.#uidOfName.delete(name);
    const names = this.#namesOfUid.get(uid);
    names?.delete(name);
    if (names?.size === 0) this.#namesOfUid.delete(uid);
  }
}

/** Of what stands under a prefix, readable or not; 0: nothing does. */
function newestOf(informer: Informer<ClusterRecord>, prefix: string): number {
  let newest = 0;
  for (const { modRevision } of informer.entries(prefix)) newest = Math.max(newest, modRevision);
  for (const [key, { entry }] of informer.malformed)
    if (key.startsWith(prefix)) newest = Math.max(newest, entry.modRevision);
  return newest;
}
