import { defineSettings } from "../../config/setting.ts";

/** How any vmctl program reaches etcd; spread into the tables of the programs, used as it is by the commands. */
export const CONNECTION_SETTINGS = defineSettings({
  endpoints: { type: "list", default: [], placeholder: "URL", description: "etcd endpoints, comma separated" },
  cacert: { type: "string", placeholder: "FILE", description: "CA certificate of etcd (PEM)" },
  cert: { type: "string", placeholder: "FILE", description: "client certificate (PEM)" },
  key: { type: "string", placeholder: "FILE", description: "key of the client certificate (PEM)" },
  root: { type: "string", placeholder: "PREFIX", description: "what every key in etcd starts with (default /vmctl/)" },
  "insecure-etcd": {
    type: "boolean",
    default: false,
    description: "allow an endpoint that is neither TLS nor on this machine",
  },
  "request-timeout": { type: "duration", placeholder: "TIME", default: "5s", description: "for one request to etcd" },
});

/** What only the commands for people know besides. */
export const CLIENT_SETTINGS = defineSettings({
  ...CONNECTION_SETTINGS,
  context: {
    type: "string",
    placeholder: "NAME",
    description: "context of the context file (default: the current one)",
  },
  namespace: {
    type: "string",
    short: "-n",
    placeholder: "NAME",
    description: "namespace (default: the context's, else default)",
  },
});
