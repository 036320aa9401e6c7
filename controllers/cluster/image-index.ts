import type { MachineImage } from "../../resources/assignment.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { assignedInstanceKey, observedInstanceKey, PREFIX } from "../../resources/keys.ts";
import type { Informer } from "../../store/informer-contract.ts";
import type { ClusterRecord } from "./cluster-record.ts";

/** What one host knows of one image. */
export interface ImageOnHost {
  /** Downloaded and verified. */
  readonly isCached: boolean;
  /** Why it could not be had there when it was tried last: a reason such as ChecksumMismatch. */
  readonly problem?: string | undefined;
}

interface Word extends ImageOnHost {
  readonly image: string;
  readonly host: string;
}

/** Reasons that tell of the image and the host and no weather: the next instance would fare no better. */
const LASTING: ReadonlySet<string> = new Set(["ImageNotFound", "ImageInvalid", "ImageForbidden", "ChecksumMismatch"]);

/** What is the same image: by the Image's name, or by what an instance says itself. */
const imageIdentity = ({ name, source, checksum }: Pick<MachineImage, "name" | "source" | "checksum">): string =>
  name ?? JSON.stringify([source, checksum]);

/** Of a spec, with the Image that it comes to; undefined: none. */
export function wishedImage({ image }: InstanceSpec, named: string | undefined): string | undefined {
  if (image && "source" in image) return JSON.stringify([image.source, image.checksum]);
  return named;
}

/** What hosts say of images, by what they say of the instances made from them. Follows the informer, which must be ready. */
export class ImageIndex {
  readonly #informer: Informer<ClusterRecord>;
  readonly #words = new Map<string, Word>();
  readonly #byImage = new Map<string, Map<string, Set<Word>>>();
  readonly #handlers = new Set<() => void>();

  constructor(informer: Informer<ClusterRecord>) {
    this.#informer = informer;
    for (const { key } of informer.entries(PREFIX.observed)) this.#update(key);
    informer.onChange((key) => this.#update(key));
  }

  on(image: string, host: string): ImageOnHost | undefined {
    const words = this.#byImage.get(image)?.get(host);
    if (!words) return undefined;
    let isCached = false;
    let problem: string | undefined;
    for (const word of words) {
      isCached ||= word.isCached;
      problem ??= word.problem;
    }
    return { isCached, problem };
  }

  /** Told when a problem went away: who was refused for it may be tried again. */
  onBetter(handler: () => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  #update(key: string): void {
    const [, host, uid] = RECORD_OF_UID.exec(key) ?? [];
    if (host === undefined || uid === undefined) return;
    const id = `${host}/${uid}`;
    const old = this.#words.get(id);
    const next = this.#wordOf(host, uid);
    if (old) this.#remove(id, old);
    if (next) this.#add(id, next);
    if (old?.problem !== undefined && !next?.problem) for (const handler of this.#handlers) handler();
  }

  #wordOf(host: string, uid: string): Word | undefined {
    const observed = this.#informer.get(observedInstanceKey(host, uid))?.value;
    const assigned = this.#informer.get(assignedInstanceKey(host, uid))?.value;
    if (observed?.type !== "observedInstance" || assigned?.type !== "assignedInstance") return undefined;
    const { image, problem } = observed.value;
    const lasting = problem && LASTING.has(problem.reason) ? problem.reason : undefined;
    const identity = imageIdentity(assigned.value.machine.image);
    return { image: identity, host, isCached: image?.ready === true, problem: lasting };
  }

  #add(id: string, word: Word): void {
    this.#words.set(id, word);
    const hosts = this.#byImage.get(word.image) ?? new Map<string, Set<Word>>();
    this.#byImage.set(word.image, hosts.set(word.host, (hosts.get(word.host) ?? new Set()).add(word)));
  }

  #remove(id: string, word: Word): void {
    this.#words.delete(id);
    const hosts = this.#byImage.get(word.image);
    const words = hosts?.get(word.host);
    words?.delete(word);
    if (words?.size === 0) hosts?.delete(word.host);
    if (hosts?.size === 0) this.#byImage.delete(word.image);
  }
}
const RECORD_OF_UID = /^(?:assigned|observed)\/([^/]+)\/instances\/([^/]+)$/;
