import { Type } from "typebox";
import { neededProvider } from "../../engine/changes/views.ts";
import { generationOf } from "../../engine/provider-node.ts";
import type { AllocationRecord } from "../../engine/records.ts";
import type { PlacementState } from "../../engine/state.ts";
import { canonicalUuid } from "../../validation/uuid.ts";
import { shown } from "../answer.ts";
import type { PlacementRequest } from "../request.ts";
import type { Handler } from "../route.ts";
import { CONSUMER_TYPE_SINCE } from "../schemas/allocation.ts";
import { closed } from "../schemas/closed-object.ts";

/** What a provider has an inventory of, and how much of it is allocated. */
export const getProviderUsages: Handler = (request, { state }) => {
  const node = neededProvider(state, canonicalUuid(request.path("uuid")));
  const usages = Object.keys(node.record.inventories).map((name) => [name, node.usage.used[name] ?? 0]);
  return shown({ resource_provider_generation: generationOf(node), usages: Object.fromEntries(usages) });
};

const Owner = Type.String({ minLength: 1, maxLength: 255 });
const ByOwner = { project_id: Owner, user_id: Type.Optional(Owner) };
const Plain = closed(ByOwner);
const WithType = closed({
  ...ByOwner,
  consumer_type: Type.Optional(Type.String({ pattern: "^[A-Z0-9_]+$|^all$|^unknown$", minLength: 1, maxLength: 255 })),
});

/** What the consumers of a project, or of one user in it, hold together; from 1.38 by their type. */
export const getUsages: Handler = (request, { state }) => {
  const byType = request.version >= CONSUMER_TYPE_SINCE;
  request.checkQuery(byType ? WithType : Plain);
  const consumers = consumersAskedFor(state, request);
  return shown({ usages: byType ? typedSums(consumers, request.parameter("consumer_type")) : sums(consumers) });
};

function consumersAskedFor(state: PlacementState, request: PlacementRequest): readonly AllocationRecord[] {
  const [project, user] = [request.parameter("project_id"), request.parameter("user_id")];
  return [...state.consumers()].filter(
    (record) => record.project === project && (user === undefined || record.user === user),
  );
}

/** `all` is everybody under one name; a type is itself alone. */
function typedSums(consumers: readonly AllocationRecord[], asked: string | undefined): object {
  const groups = new Map<string, AllocationRecord[]>();
  for (const record of consumers) {
    if (asked !== undefined && asked !== "all" && asked !== record.type) continue;
    const name = asked ?? record.type;
    const group = groups.get(name);
    if (group) group.push(record);
    else groups.set(name, [record]);
  }
  const shownGroups = [...groups].map(([name, members]) => [
    name,
    { ...sums(members), consumer_count: members.length },
  ]);
  return Object.fromEntries(shownGroups);
}

function sums(consumers: readonly AllocationRecord[]): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { allocations } of consumers)
    for (const { resources } of Object.values(allocations))
      for (const [name, amount] of Object.entries(resources)) totals[name] = (totals[name] ?? 0) + amount;
  return totals;
}
