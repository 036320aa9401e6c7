import { defineSettings } from "../config/setting.ts";

/** What every long-running program of ours takes besides its own settings. */
export const PROGRAM_SETTINGS = defineSettings({
  "listen-metrics": {
    type: "string",
    placeholder: "HOST:PORT",
    description: "serve /metrics, /healthz and /readyz there",
  },
  "log-level": {
    type: "string",
    choices: ["debug", "info", "warn", "error"],
    default: "info",
    description: "what is logged",
  },
});
