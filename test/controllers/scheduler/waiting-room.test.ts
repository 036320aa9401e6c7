import { describe, expect, it } from "vitest";
import type { Wish } from "../../../controllers/scheduler/peers.ts";
import { WaitingRoom } from "../../../controllers/scheduler/waiting-room.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";

const REFUSAL = { reason: "NoCapacity", message: "0 of 1 hypervisors can take it" };
const wish = (spec: InstanceSpec = {}): Wish => ({ uid: "u", namespace: "default", labels: {}, spec });

describe("the waiting room", () => {
  it("has the first of each kind tried: the highest priority, then the longest wait", () => {
    const room = new WaitingRoom();
    room.enter("a", wish(), REFUSAL);
    room.enter("b", wish({ priority: 5 }), REFUSAL);
    room.enter("c", wish({ resources: { vcpu: 9 } }), REFUSAL);
    expect(room.firsts()).toEqual(["b", "c"]);
    expect(room.leave("b")).toBe("a");
  });

  it("tells equals what one of them was told, until something came free", () => {
    const room = new WaitingRoom();
    room.enter("a", wish(), REFUSAL);
    expect(room.refusalOf(wish({ hostname: "other" }))).toEqual(REFUSAL);
    expect(room.refusalOf(wish({ resources: { vcpu: 9 } }))).toBeUndefined();
    room.forgetRefusals();
    expect(room.refusalOf(wish())).toBeUndefined();
  });

  it("keeps nothing of who left", () => {
    const room = new WaitingRoom();
    room.enter("a", wish(), REFUSAL);
    room.leave("a");
    expect(room.firsts()).toEqual([]);
    expect(room.refusalOf(wish())).toBeUndefined();
  });
});
