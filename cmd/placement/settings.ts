import { defineSettings } from "../config/setting.ts";
import { PROGRAM_SETTINGS } from "../program/program-settings.ts";
import { CLIENT_SETTINGS } from "../vmctl/connection/connection-settings.ts";

const { namespace: _, ...connection } = CLIENT_SETTINGS;

export const PLACEMENT_SETTINGS = defineSettings({
  ...connection,
  ...PROGRAM_SETTINGS,
  listen: {
    type: "string",
    default: "127.0.0.1:8778",
    placeholder: "HOST:PORT",
    description: "where the API is served; elsewhere than on this machine only with a token",
  },
  token: {
    type: "string",
    secret: true,
    placeholder: "TOKEN",
    description: "what clients must send as X-Auth-Token (default: no authentication, the token is admin)",
  },
  "allow-reset": {
    type: "boolean",
    default: false,
    description: "serve POST /reset, which empties a Placement in memory: for test suites",
  },
});
