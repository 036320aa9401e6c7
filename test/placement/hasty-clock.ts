import { type Clock, systemClock } from "../../runtime/clock.ts";

/** Real time, but whoever sleeps (between attempts) sleeps a twentieth; deadlines stay what they are. */
export const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) };
