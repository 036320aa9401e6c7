import type { Candidate, Consumer } from "../../placement/placement.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import type { InstanceFacts } from "./instance-facts.ts";

/** What an admitted instance books on the provider of its hypervisor, as its spec in force asks for. */
export function bookingOf(facts: InstanceFacts, provider: string): { consumer: Consumer; candidate: Candidate } {
  const { uid = "", accepted } = facts.status?.value ?? {};
  const resources = resourceRequest(specInForce(accepted ?? { spec: {} }));
  return {
    consumer: { uuid: uid, project: facts.namespace, user: facts.namespace },
    candidate: { provider, allocations: { [provider]: resources } },
  };
}
