import { done } from "./answer.ts";
import type { Route } from "./route.ts";

/** `POST /reset`: empties the store. Not Placement's, only for test suites, only when asked for at the start. */
export const RESET_ROUTE: Route = {
  path: "/reset",
  actions: {
    POST: {
      handle: (_, backend) => {
        backend.reset?.();
        return done;
      },
    },
  },
};
