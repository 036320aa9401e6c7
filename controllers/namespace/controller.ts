import { randomUUID } from "node:crypto";
import { objectTail, specKey } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import { DEFAULT_NAMESPACE, Namespace, type NamespaceStatus } from "../../resources/namespace.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import { admissionPart, admit, readObject, removalOf } from "../cluster/admit.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { specProblem } from "../cluster/spec-problem.ts";

/** Admits Namespaces, makes `default`, and lets go of empty ones. */
export class NamespaceController {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(name: string): Promise<Result> {
    const { view, clock } = this.#deps;
    const facts = readObject<NamespaceStatus>(view, objectTail(Namespace, undefined, name));
    if (name === DEFAULT_NAMESPACE && !facts.spec && !facts.status) {
      await this.#createDefault(facts.tail);
      return done();
    }
    const record = admit<NamespaceStatus>(
      facts,
      facts.spec && specProblem(Namespace, facts.spec.value.spec),
      timestamp(clock),
    );
    const empty =
      view.all("spec", `spec/ns/${name}/`).next().done && view.all("status", `status/ns/${name}/`).next().done;
    if (!record || (record.deletion && empty)) {
      if (facts.spec || facts.status) await commit(this.#deps, removalOf(facts));
      return done();
    }
    const part = admissionPart(facts, record);
    if (part) await commit(this.#deps, part);
    return done();
  }

  async #createDefault(tail: string): Promise<void> {
    const key = specKey(tail);
    const metadata = {
      name: DEFAULT_NAMESPACE,
      uid: randomUUID(),
      generation: 1,
      creationTimestamp: timestamp(this.#deps.clock),
    };
    const object = { apiVersion: API_VERSION, kind: Namespace.kind, metadata, spec: {} };
    await commit(this.#deps, {
      compares: [{ key, absent: true }],
      writes: [{ op: "put", key, value: JSON.stringify(object) }],
    });
  }
}
