import { defineSettings } from "../config/setting.ts";
import { PROGRAM_SETTINGS } from "../program/program-settings.ts";
import { CONNECTION_SETTINGS } from "../vmctl/connection/connection-settings.ts";

export const CONTROLLER_SETTINGS = defineSettings({
  ...CONNECTION_SETTINGS,
  ...PROGRAM_SETTINGS,
  placement: {
    type: "string",
    default: "embedded",
    placeholder: "embedded|URL",
    description: "the embedded engine, or an OpenStack Placement by URL",
  },
  "placement-token": {
    type: "string",
    default: "admin",
    secret: true,
    placeholder: "TOKEN",
    description: "token for an OpenStack Placement",
  },
  cluster: {
    type: "string",
    default: "default",
    placeholder: "NAME",
    description: "names our consumers in an OpenStack Placement",
  },
  "election-ttl": {
    type: "duration",
    default: "10s",
    placeholder: "TIME",
    description: "how long a leader that fell silent blocks the next",
  },
});
