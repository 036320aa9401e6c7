import { Flavor } from "../../resources/flavor.ts";
import { referrersOf } from "../cluster/referrers.ts";
import type { KeptKind } from "./kept-kind.ts";

export const keptFlavor: KeptKind = { kind: Flavor, use: "names it", usersOf: referrersOf };
