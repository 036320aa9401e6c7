import { shown } from "../answer.ts";
import { MAXIMUM_TEXT, MINIMUM_TEXT } from "../microversion.ts";
import type { Handler } from "../route.ts";

/** The version document, by which clients find out what they may ask for. */
export const home: Handler = () =>
  shown({
    versions: [
      {
        id: `v${MINIMUM_TEXT}`,
        max_version: MAXIMUM_TEXT,
        min_version: MINIMUM_TEXT,
        status: "CURRENT",
        // "Here": the server need not know under which name it is reached.
        links: [{ rel: "self", href: "" }],
      },
    ],
  });
