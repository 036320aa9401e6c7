import { defineSettings } from "../config/setting.ts";
import { PLACEMENT_SETTINGS } from "../placement/placement-settings.ts";
import { PROGRAM_SETTINGS } from "../program/program-settings.ts";
import { CONNECTION_SETTINGS } from "../vmctl/connection/connection-settings.ts";

export const CONTROLLER_SETTINGS = defineSettings({
  ...CONNECTION_SETTINGS,
  ...PROGRAM_SETTINGS,
  ...PLACEMENT_SETTINGS,
  "election-ttl": {
    type: "duration",
    default: "10s",
    placeholder: "TIME",
    description: "how long a leader that fell silent blocks the next",
  },
});
