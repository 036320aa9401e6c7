import { defineSettings } from "../config/setting.ts";

/** Which Placement keeps the books, and how we log in there: of every program that speaks to it. */
export const PLACEMENT_SETTINGS = defineSettings({
  placement: {
    type: "string",
    default: "embedded",
    placeholder: "embedded|openstack|URL",
    description: "the embedded engine, an OpenStack Placement by URL, or the one that Keystone knows",
  },
  "placement-token": {
    type: "string",
    default: "admin",
    secret: true,
    placeholder: "TOKEN",
    description: "token for an OpenStack Placement without Keystone",
  },
  "placement-auth": {
    type: "string",
    placeholder: "FILE",
    description: "clouds.yaml that says how to log in at Keystone; holds a secret, so no others may read it",
  },
  "placement-cloud": {
    type: "string",
    placeholder: "NAME",
    description: "which cloud of that file (default: the only one)",
  },
  "placement-cacert": {
    type: "string",
    placeholder: "FILE",
    description: "CA certificate of Placement and Keystone (PEM; default: the cacert of that file)",
  },
  "insecure-placement": {
    type: "boolean",
    default: false,
    description: "allow a Keystone that is neither TLS nor on this machine",
  },
  cluster: {
    type: "string",
    default: "default",
    placeholder: "NAME",
    description: "names what is ours in an OpenStack Placement",
  },
});
