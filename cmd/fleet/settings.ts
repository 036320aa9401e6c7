import { defineSettings } from "../config/setting.ts";
import { PROGRAM_SETTINGS } from "../program/program-settings.ts";
import { CONNECTION_SETTINGS } from "../vmctl/connection/connection-settings.ts";

export const FLEET_SETTINGS = defineSettings({
  ...CONNECTION_SETTINGS,
  ...PROGRAM_SETTINGS,
  count: { type: "integer", minimum: 1, placeholder: "N", description: "how many hypervisors" },
  template: {
    type: "string",
    placeholder: "FILE",
    description: "a Hypervisor manifest: what each of them is declared with (absent: 8 CPUs, 16 GiB, 200 GiB)",
  },
  "name-prefix": {
    type: "string",
    placeholder: "PREFIX",
    description: "names are PREFIX0001, PREFIX0002, … (default: the template's name and a dash, or sim-)",
  },
  "boot-ms": {
    type: "integer",
    default: 800,
    minimum: 0,
    placeholder: "MS",
    description: "from a guest's start until it has an address",
  },
  "shutdown-ms": {
    type: "integer",
    default: 300,
    minimum: 0,
    placeholder: "MS",
    description: "from the request to shut down until the guest is off",
  },
  fail: {
    type: "string",
    default: "0%",
    placeholder: "SHARE",
    description: "share of the hypervisors' calls that fail, such as 1% or 0.01",
  },
  seed: {
    type: "integer",
    minimum: 0,
    placeholder: "N",
    description: "repeats the faults of an earlier run (default: a new one, logged)",
  },
  "lease-ttl": {
    type: "duration",
    default: "15s",
    placeholder: "TIME",
    description: "silence after which a host counts as silent",
  },
});
