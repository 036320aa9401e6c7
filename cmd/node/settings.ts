import { defineSettings } from "../config/setting.ts";
import { PROGRAM_SETTINGS } from "../program/program-settings.ts";
import { CONNECTION_SETTINGS } from "../vmctl/connection/connection-settings.ts";

export const NODE_SETTINGS = defineSettings({
  ...CONNECTION_SETTINGS,
  ...PROGRAM_SETTINGS,
  name: { type: "string", placeholder: "NAME", description: "name of this hypervisor (default: the host name)" },
  uri: { type: "string", default: "qemu:///system", placeholder: "URI", description: "libvirt URI" },
  "libvirt-socket": {
    type: "string",
    placeholder: "FILE",
    description: "libvirt's socket (default: virtqemud-sock, else libvirt-sock)",
  },
  "pool-dir": {
    type: "string",
    default: "/var/lib/libvirt/images/vmctl",
    placeholder: "DIR",
    description: "where disks and the image cache are",
  },
  "console-dir": {
    type: "string",
    default: "/var/log/libvirt/vmctl",
    placeholder: "DIR",
    description: "where libvirt logs the guests' serial consoles",
  },
  "state-dir": {
    type: "string",
    default: "/var/lib/vmctl",
    placeholder: "DIR",
    description: "where the records of what is ours are",
  },
  "image-dirs": {
    type: "list",
    default: ["/var/lib/libvirt/images", "/srv"],
    placeholder: "DIR",
    description: "directories that `source.file` of images may name",
  },
  "lease-ttl": {
    type: "duration",
    default: "15s",
    placeholder: "TIME",
    description: "silence after which this host counts as silent",
  },
  observe: { type: "boolean", default: false, description: "report this host and take nothing" },
});
