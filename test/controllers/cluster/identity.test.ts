import { describe, expect, it } from "vitest";
import { identify } from "../../../controllers/cluster/identity.ts";
import { anObject, aRecord, OTHER, TAIL, UID } from "../support/facts.ts";

const spec = (uid: string = UID, createRevision = 10, annotations?: Record<string, string>) => ({
  value: anObject({ uid, ...(annotations ? { annotations } : {}) }),
  createRevision,
});
const admitted = { value: aRecord() };
const refusedOnly = { value: { specCreateRevision: 3, status: {} } };
const recover = (revision: string) => ({ "compute.vmctl/recover": revision });

describe("which uid counts", () => {
  it.each([
    ["nothing there", undefined, undefined, undefined, "gone"],
    ["a new object", spec(), undefined, undefined, "new"],
    [
      "a new object whose uid it owns already (half a transaction cannot be, a retry can)",
      spec(),
      undefined,
      TAIL,
      "new",
    ],
    ["S1: a new object without uid", spec(""), undefined, undefined, "UidMissing"],
    ["S1: a new object with somebody's uid", spec(), undefined, "ns/default/instances/other", "UidTaken"],
    ["S1: refused before, in order now", spec(), refusedOnly, undefined, "new"],
    ["refused before, gone now", undefined, refusedOnly, undefined, "gone"],
    ["admitted and unchanged", spec(), admitted, TAIL, "admitted"],
    ["S2: another uid", spec(OTHER), admitted, undefined, "IdentityChanged"],
    ["S2: the same uid under a new key", spec(UID, 20), admitted, TAIL, "IdentityChanged"],
    ["S2: recovered, with the revision that was admitted", spec(UID, 20, recover("10")), admitted, TAIL, "recovered"],
    [
      "S2: recovered, with a revision from another time",
      spec(UID, 20, recover("9")),
      admitted,
      TAIL,
      "IdentityChanged",
    ],
    ["S2: recover cannot bring in another uid", spec(OTHER, 20, recover("10")), admitted, undefined, "IdentityChanged"],
    ["S4: the spec key vanished", undefined, admitted, undefined, "SpecMissing"],
  ])("%s", (...[, specKey, status, uidOwner, want]) => {
    const identity = identify({ tail: TAIL, spec: specKey, status, uidOwner });
    expect(identity.kind === "refused" ? identity.reason : identity.kind).toBe(want);
  });
});
