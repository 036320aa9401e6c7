import { getAggregates, putAggregates } from "./handlers/aggregates.ts";
import {
  getAllocations,
  getProviderAllocations,
  postAllocations,
  postReshaper,
  putAllocations,
  removeAllocations,
} from "./handlers/allocations.ts";
import { getCandidates } from "./handlers/candidates.ts";
import { getClass, getClasses, postClass, putClass, removeClass } from "./handlers/classes.ts";
import {
  getInventories,
  getInventory,
  postInventory,
  putInventories,
  putInventory,
  removeInventories,
  removeInventory,
} from "./handlers/inventories.ts";
import { getProvider, getProviders, postProvider, putProvider, removeProvider } from "./handlers/providers.ts";
import { home } from "./handlers/root.ts";
import {
  getProviderTraits,
  getTrait,
  getTraits,
  putProviderTraits,
  putTrait,
  removeProviderTraits,
  removeTrait,
} from "./handlers/traits.ts";
import { getProviderUsages, getUsages } from "./handlers/usages.ts";
import type { Handler, Route } from "./route.ts";

/** What reads a body. */
const taking = (handle: Handler, since = 0) => ({ handle, since, takesJson: true });
const from = (since: number, handle: Handler) => ({ handle, since });
const plain = (handle: Handler) => ({ handle });

const PROVIDER = "/resource_providers/{uuid}";

/** Placement's API, with the microversion each part came with. */
export const ROUTES: readonly Route[] = [
  { path: "/", actions: { GET: { handle: home, open: true } } },
  {
    path: "/resource_classes",
    actions: { GET: from(2, getClasses), POST: taking(postClass, 2) },
  },
  {
    path: "/resource_classes/{name}",
    actions: {
      GET: from(2, getClass),
      PUT: { handle: putClass, since: 2, takesJson: (version) => version < 7 },
      DELETE: from(2, removeClass),
    },
  },
  { path: "/resource_providers", actions: { GET: plain(getProviders), POST: taking(postProvider) } },
  {
    path: PROVIDER,
    actions: { GET: plain(getProvider), PUT: taking(putProvider), DELETE: plain(removeProvider) },
  },
  {
    path: `${PROVIDER}/inventories`,
    actions: {
      GET: plain(getInventories),
      POST: taking(postInventory),
      PUT: taking(putInventories),
      DELETE: { handle: removeInventories, since: 5, below: 405 },
    },
  },
  {
    path: `${PROVIDER}/inventories/{resource_class}`,
    actions: { GET: plain(getInventory), PUT: taking(putInventory), DELETE: plain(removeInventory) },
  },
  { path: `${PROVIDER}/usages`, actions: { GET: plain(getProviderUsages) } },
  { path: `${PROVIDER}/aggregates`, actions: { GET: from(1, getAggregates), PUT: taking(putAggregates, 1) } },
  { path: `${PROVIDER}/allocations`, actions: { GET: plain(getProviderAllocations) } },
  {
    path: `${PROVIDER}/traits`,
    actions: {
      GET: from(6, getProviderTraits),
      PUT: taking(putProviderTraits, 6),
      DELETE: from(6, removeProviderTraits),
    },
  },
  { path: "/allocations", actions: { POST: taking(postAllocations, 13) } },
  {
    path: "/allocations/{consumer_uuid}",
    actions: { GET: plain(getAllocations), PUT: taking(putAllocations), DELETE: plain(removeAllocations) },
  },
  { path: "/allocation_candidates", actions: { GET: from(10, getCandidates) } },
  { path: "/traits", actions: { GET: from(6, getTraits) } },
  { path: "/traits/{name}", actions: { GET: from(6, getTrait), PUT: from(6, putTrait), DELETE: from(6, removeTrait) } },
  { path: "/usages", actions: { GET: from(9, getUsages) } },
  { path: "/reshaper", actions: { POST: taking(postReshaper, 30) } },
];
